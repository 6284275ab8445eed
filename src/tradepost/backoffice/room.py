"""Joins the back office to the house."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.backoffice.actions import everything
from tradepost.backoffice.actions.labels import LABELS
from tradepost.datamap.rooms import NavigationEntry, Room
from tradepost.datamap.vocabulary import Basis, KeepRule, Kind, Purpose, Store, Subject
from tradepost.merchants import closing
from tradepost.merchants.models import Merchant
from tradepost.merchants.types import HOME


def take_along(merchant: Merchant) -> closing.Matter:
    return closing.Matter(
        words=_(
            "Take your books along first: one file with all orders, invoices, contacts and products. "
            "The law wants you to keep invoices for years; after the closing nobody can give them to you."
        ),
        url=reverse("backoffice_office:everything", args=[merchant.handle]),
        link=_("Download everything"),
        order=10,
    )


room = Room(
    name="backoffice",
    places={"shops": "backoffice:index", "office": "backoffice_office:home"},
    actions=LABELS,
    url_order=90,  # it answers the bare address of a shop's office
    extensions=(
        closing.hooks.adding(everything.remove_files_of),
        closing.matter_sources.adding(take_along),
    ),
    navigation=(
        NavigationEntry(
            group="",
            label=gettext_lazy("Today"),
            url_name="backoffice_office:home",
            permission=HOME,
            order=0,
            icon="home",
        ),
    ),
    keep_rules=(
        KeepRule(
            id="backoffice.everything",
            label="Downloads of everything",
            since="the download was made",
            why="the file is a copy that can be made again",
            period=everything.KEEP_FILES,
            due=everything.files_due,
            purge=everything.purge_files,
        ),
    ),
    stores=(
        Store(
            id="backoffice.everything",
            meaning="a file with all orders, invoices, contacts and products of a shop, fetched within two days",
            kinds=(Kind.NAME, Kind.EMAIL, Kind.PHONE, Kind.ADDRESS, Kind.ORDER, Kind.MESSAGE),
            subject=Subject.CUSTOMER,
            purpose=Purpose.ORDERS,
            basis=Basis.CONTRACT,
            keep="backoffice.everything",
            scan=everything.scan,
            erase=everything.erase,
            by_merchant=True,
        ),
    ),
)
