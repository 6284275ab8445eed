"""Joins the identity room to the house."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.registry import register_keep_rule
from tradepost.datamap.vocabulary import KeepRule, Purpose
from tradepost.delivery.letterheads import register_template
from tradepost.identity import (
    checks,  # noqa: F401  looked at before anything starts
    known_browser,
    receivers,  # noqa: F401  connects allauth's signals to the activity log
)
from tradepost.identity.actions import accounts, activity, limits, lockout
from tradepost.modules.registry import Cookie, register_cookie

register_keep_rule(
    KeepRule(
        id="identity.account",
        label="Accounts",
        since="the account is closed",
        why="an account is needed as long as somebody signs in with it",
        carried_by="closing the account",
    )
)
register_keep_rule(
    KeepRule(
        id="identity.activity",
        label="Activity of accounts",
        since="it happened",
        period=activity.KEEP_FOR,
        why="whoever owns an account can see for a while who used it, and from where",
        due=activity.due,
        purge=activity.purge,
    )
)
register_keep_rule(
    KeepRule(
        id="identity.sign-in-counter",
        label="Counters of wrong passwords",
        since="the last wrong password",
        period=lockout.FORGET_AFTER * 2,
        why="repeated wrong passwords block further tries",
        due=lockout.counters_due,
        purge=lockout.purge_counters,
    )
)
register_keep_rule(
    KeepRule(
        id="identity.rate-limit",
        label="Counters of what was asked for",
        since="the allowance was full again",
        period=limits.KEEP_FOR,
        why="nobody can make this installation send mail without end",
        due=limits.due,
        purge=limits.purge,
    )
)
register_keep_rule(
    KeepRule(
        id="identity.unconfirmed",
        label="Unconfirmed accounts",
        since="somebody signed up and never confirmed the address",
        period=accounts.CONFIRM_WITHIN,
        why="the address may be another person's",
        due=accounts.unconfirmed_due,
        purge=accounts.purge_unconfirmed,
    )
)
register_cookie(
    Cookie(
        name=settings.SESSION_COOKIE_NAME,
        purpose=_("remembers that you are signed in"),
        life=_("until the browser is closed"),
    )
)
register_cookie(
    Cookie(
        name=settings.CSRF_COOKIE_NAME,
        purpose=_("proves that a form you send came from this site"),
        life=_("until the browser is closed"),
        http_only=False,
    )
)
register_cookie(
    Cookie(
        name=known_browser.COOKIE,
        purpose=_("tells the browser of an account's owner from a stranger who guesses passwords"),
        life=_("until the browser is closed"),
    )
)
for name in (
    *("confirm_email", "reset_password", "account_exists", "account_changed"),
    *("let_me_in", "codes_guessed"),
):
    register_template(f"identity/{name}", purpose=Purpose.SECURITY, service=True)
