"""Joins the identity room to the house."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.collection import CollectionPoint
from tradepost.datamap.rooms import Cookie, MailTemplate, Room
from tradepost.datamap.vocabulary import KeepRule, Purpose, Subject
from tradepost.identity import (
    checks,  # noqa: F401  looked at before anything starts
    receivers,  # noqa: F401  what allauth announces is heard from here on
)
from tradepost.identity.actions import accounts, activity, limits, lockout, old_sessions
from tradepost.identity.actions.labels import LABELS
from tradepost.identity.events import EVENTS
from tradepost.identity.sign_in import known_browser

_FORMS = "tradepost.identity.forms"
_SIGN_IN = "tradepost.identity.sign_in.forms"

room = Room(
    name="identity",
    events=EVENTS,
    actions=LABELS,
    url_prefix="account/",
    mail_templates=tuple(
        MailTemplate(name=f"identity/{name}", purpose=Purpose.SECURITY, service=True)
        for name in (
            "confirm_email",
            "reset_password",
            "account_exists",
            "account_changed",
            "let_me_in",
            "codes_guessed",
        )
    ),
    keep_rules=(
        KeepRule(
            id="identity.rate-limit",
            label="Counters of what was asked for",
            since="the allowance was full again",
            period=limits.KEEP_FOR,
            why="nobody can make this installation send mail without end",
            due=limits.due,
            purge=limits.purge,
        ),
        KeepRule(
            id="identity.account",
            label="Accounts",
            since="the account is closed",
            why="an account is needed as long as somebody signs in with it",
            carried_by="closing the account",
        ),
        KeepRule(
            id="identity.session",
            label="Sessions",
            since="the session ended",
            why="a browser that is closed tells nobody; what it was signed in with is good for nothing",
            period=timedelta(0),
            due=old_sessions.due,
            purge=old_sessions.purge,
        ),
        KeepRule(
            id="identity.activity",
            label="Activity of accounts",
            since="it happened",
            period=activity.KEEP_FOR,
            why="whoever owns an account can see for a while who used it, and from where",
            due=activity.due,
            purge=activity.purge,
        ),
        KeepRule(
            id="identity.sign-in-counter",
            label="Counters of wrong passwords",
            since="the last wrong password",
            period=lockout.FORGET_AFTER * 2,
            why="repeated wrong passwords block further tries",
            due=lockout.counters_due,
            purge=lockout.purge_counters,
        ),
        KeepRule(
            id="identity.unconfirmed",
            label="Unconfirmed accounts",
            since="somebody signed up and never confirmed the address",
            period=accounts.CONFIRM_WITHIN,
            why="the address may be another person's",
            due=accounts.unconfirmed_due,
            purge=accounts.purge_unconfirmed,
        ),
    ),
    cookies=(
        Cookie(
            name=known_browser.COOKIE,
            purpose=_(
                "tells the browser of an account's owner from a stranger who guesses passwords"
            ),
            life=_("until the browser is closed"),
        ),
        Cookie(
            name=settings.SESSION_COOKIE_NAME,
            purpose=_("remembers that you are signed in"),
            life=_("until the browser is closed"),
        ),
        Cookie(
            name=settings.CSRF_COOKIE_NAME,
            purpose=_("proves that a form you send came from this site"),
            life=_("until the browser is closed"),
            http_only=False,
        ),
    ),
    collection_points=(
        CollectionPoint(
            id="identity.details",
            meaning="people who sign in correct their own details",
            takes=(
                f"{_FORMS}.DetailsForm",
                f"{_SIGN_IN}.ChangeAddressForm",
                f"{_SIGN_IN}.PasskeyForm",
            ),
            subject=Subject.MEMBER,
        ),
    ),
    not_collecting={
        "looks the address up and keeps nothing of it": (
            f"{_FORMS}.LinkRequestForm",
            f"{_SIGN_IN}.ResetForm",
        ),
    },
)
