"""Joins the merchants room to the house."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tradepost.datamap.registry import register_keep_rule, register_store
from tradepost.datamap.vocabulary import Basis, KeepRule, Kind, Purpose, Store, Subject
from tradepost.delivery.letterheads import register_template
from tradepost.merchants import (
    idempotency,
    receivers,  # noqa: F401  an owner who signs in keeps the shop
)
from tradepost.merchants.actions import closed_links, owner_mail, team
from tradepost.merchants.types import Permission
from tradepost.modules.registry import NavigationEntry, register_navigation
from tradepost.modules.steps import Step, register_step

register_keep_rule(
    KeepRule(
        id="merchants.account",
        label="The shop",
        since="the merchant closes the account",
        why="the shop belongs to the merchant for as long as it is open",
        carried_by="closing the account",
    )
)
register_keep_rule(
    KeepRule(
        id="merchants.api-answer",
        label="Answers of the API",
        since="the call was made",
        period=idempotency.KEEP_FOR,
        why="a program that lost the answer may ask again without doing the thing twice",
        due=idempotency.due,
        purge=idempotency.purge,
    )
)
register_store(
    Store(
        id="merchants.api-answers",
        meaning="answers to calls of the API that carried an Idempotency-Key",
        kinds=(Kind.ORDER, Kind.EMAIL, Kind.NAME, Kind.ADDRESS),
        subject=Subject.CUSTOMER,
        purpose=Purpose.SERVICE,
        basis=Basis.CONTRACT,
        keep="merchants.api-answer",
        scan=idempotency.scan,
        erase=idempotency.erase,
    )
)
register_keep_rule(
    KeepRule(
        id="merchants.invitation",
        label="Invitations",
        since="the invitation was sent",
        period=team.GOOD_FOR * 2,
        why="somebody who never joined has no business in our books",
        due=team.invitations_due,
        purge=team.purge_invitations,
    )
)
register_keep_rule(
    KeepRule(
        id="merchants.closed-address",
        label="Addresses of closed shops, as hashes",
        since="the shop closed",
        period=closed_links.KEEP_FOR,
        why="whoever follows an old link reads that the shop has closed, and nobody takes its place",
        due=closed_links.links_due,
        purge=closed_links.purge_links,
    )
)
register_keep_rule(
    KeepRule(
        id="merchants.last-letter",
        label="The letter that says that a shop has closed",
        since="it was sent to the owner",
        period=timedelta(0),
        why="it goes to an owner whose account is gone already",
        due=owner_mail.last_letters_due,
        purge=owner_mail.purge_last_letters,
    )
)
for _letter in ("invitation", "closing_date", "closing_soon", "stays_open", "closed"):
    register_template(f"merchants/{_letter}", purpose=Purpose.SERVICE, service=True)
for order, label, url_name, icon in (
    (10, _("Shop details"), "shop", "settings"),
    (20, _("Team"), "team", "audience"),
    (70, _("API tokens"), "tokens", "key"),
    (90, _("Close the account"), "close", "trash"),
):
    register_navigation(
        NavigationEntry(
            group="settings",
            label=label,
            url_name=f"merchants_office:{url_name}",
            permission=Permission.CHANGE_SETTINGS
            if url_name in {"tokens", "close"}
            else Permission.SEE_SETTINGS,
            order=order,
            icon=icon,
        )
    )
register_step(
    Step(
        title=_("Say who you are"),
        why=_("Name of the shop and postal address; both stand on invoices."),
        url_name="merchants_office:shop",
        done=lambda merchant: bool(merchant.postal_address),
        order=10,
        missing=_("Invoices and newsletters lack your address."),
    )
)
