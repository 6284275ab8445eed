"""Joins the merchants room to the house."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tradepost.datamap.collection import CollectionPoint
from tradepost.datamap.events import Subscription
from tradepost.datamap.rooms import (
    FirstStep,
    MailTemplate,
    NavigationEntry,
    NavigationGroup,
    Periodic,
    Room,
    TeamRole,
)
from tradepost.datamap.vocabulary import Basis, KeepRule, Kind, Purpose, Store, Subject
from tradepost.delivery.outgoing.rests import resting
from tradepost.identity.events import NeverConfirmed
from tradepost.merchants import receivers
from tradepost.merchants.actions import closed_links, owner_mail, team
from tradepost.merchants.actions.labels import LABELS
from tradepost.merchants.rest import answers
from tradepost.merchants.suspension import mailings_rest, suspension_notices
from tradepost.merchants.types import CHANGE_SETTINGS, HOME, SEE_SETTINGS, Role
from tradepost.modules.office_notices import notices

_FORMS = "tradepost.merchants.forms"
_PAGES = (
    (10, _("Shop details"), "shop", "settings", SEE_SETTINGS),
    (20, _("Team"), "team", "people", SEE_SETTINGS),
    (70, _("API tokens"), "tokens", "key", CHANGE_SETTINGS),
    (80, _("Modules"), "modules", "modules", CHANGE_SETTINGS),
    (90, _("Close the account"), "close", "trash", CHANGE_SETTINGS),
)

room = Room(
    name="merchants",
    places={"standing of a shop": "merchants_office:standing"},
    groups=(NavigationGroup(key="settings", label=_("Settings"), order=90),),
    actions=LABELS,
    permissions=(HOME, SEE_SETTINGS, CHANGE_SETTINGS),
    roles=(
        TeamRole(name=Role.OWNER, label=_("Owner"), order=0, holds=lambda permission: True),
        TeamRole(
            name=Role.READ_ONLY,
            label=_("Read only"),
            order=90,
            holds=lambda permission: permission.seeing,
        ),
    ),
    schedule=(
        Periodic(
            name="remind owners of a closing",
            every=timedelta(hours=1),
            call="tradepost.merchants.actions.close.remind_due",
        ),
        Periodic(
            name="close accounts whose date has come",
            every=timedelta(minutes=10),
            call="tradepost.merchants.actions.close.close_due",
        ),
    ),
    navigation=tuple(
        NavigationEntry(
            group="settings",
            label=label,
            url_name=f"merchants_office:{page}",
            permission=permission,
            order=order,
            icon=icon,
        )
        for order, label, page, icon, permission in _PAGES
    ),
    subscriptions=(
        Subscription(
            name="merchants.never-confirmed",
            to=NeverConfirmed,
            call=receivers.close_shops_of,
            in_transaction=True,
        ),
    ),
    keep_rules=(
        KeepRule(
            id="merchants.closed-address",
            label="Addresses of closed shops, as hashes",
            since="the shop closed",
            period=closed_links.KEEP_FOR,
            why="whoever follows an old link reads that the shop has closed, and nobody takes its place",
            due=closed_links.links_due,
            purge=closed_links.purge_links,
        ),
        KeepRule(
            id="merchants.last-letter",
            label="The letter that says that a shop has closed",
            since="it was sent to the owner",
            period=timedelta(0),
            why="it goes to an owner whose account is gone already",
            due=owner_mail.last_letters_due,
            purge=owner_mail.purge_last_letters,
        ),
        KeepRule(
            id="merchants.account",
            label="The shop",
            since="the merchant closes the account",
            why="the shop belongs to the merchant for as long as it is open",
            carried_by="closing the account",
        ),
        KeepRule(
            id="merchants.api-answer",
            label="Answers of the API",
            since="the call was made",
            period=answers.KEEP_FOR,
            why="a program that lost the answer may ask again without doing the thing twice",
            due=answers.due,
            purge=answers.purge,
        ),
        KeepRule(
            id="merchants.invitation",
            label="Invitations",
            since="the invitation was sent",
            period=team.GOOD_FOR * 2,
            why="somebody who never joined has no business in our books",
            due=team.invitations_due,
            purge=team.purge_invitations,
        ),
    ),
    stores=(
        Store(
            id="merchants.api-answers",
            meaning="answers to calls of the API that carried an Idempotency-Key",
            kinds=(Kind.ORDER, Kind.EMAIL, Kind.NAME, Kind.ADDRESS),
            subject=Subject.CUSTOMER,
            purpose=Purpose.SERVICE,
            basis=Basis.CONTRACT,
            keep="merchants.api-answer",
            scan=answers.scan,
            erase=answers.erase,
            by_merchant=True,
            export=answers.kept_about,
        ),
    ),
    first_steps=(
        FirstStep(
            title=_("Say who you are"),
            why=_("Name of the shop and postal address; both stand on invoices."),
            url_name="merchants_office:shop",
            done=lambda merchant: bool(merchant.postal_address),
            order=10,
            missing=_("Invoices and newsletters lack your address."),
        ),
    ),
    collection_points=(
        CollectionPoint(
            id="merchants.sign-up",
            meaning="a merchant opens an account or a further shop",
            takes=(
                f"{_FORMS}.SignUpForm",
                f"{_FORMS}.OpenShopForm",
                f"{_FORMS}.ShopFields",
            ),
            subject=Subject.MEMBER,
        ),
        CollectionPoint(
            id="merchants.shop-details",
            meaning="an owner corrects the details of the shop",
            takes=(f"{_FORMS}.ShopForm",),
            subject=Subject.MEMBER,
        ),
        CollectionPoint(
            id="merchants.team",
            meaning="an owner invites a member, who accepts",
            takes=(
                f"{_FORMS}.InviteForm",
                f"{_FORMS}.NewMemberForm",
            ),
            subject=Subject.MEMBER,
        ),
    ),
    mail_templates=tuple(
        MailTemplate(name=f"merchants/{name}", purpose=Purpose.SERVICE, service=True)
        for name in (
            *("invitation", "closing_date", "closing_soon", "stays_open", "closed"),
            *("suspended", "suspension_lifted", "operator_closes", "operator_keeps"),
        )
    ),
    extensions=(notices.adding(suspension_notices), resting.adding(mailings_rest)),
    not_collecting={
        "the name of a token": (f"{_FORMS}.TokenForm",),
        "the shop's name, typed to confirm": (f"{_FORMS}.CloseForm",),
    },
)
