"""Joins the catalog room to the house."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tradepost.catalog import fetching
from tradepost.catalog.actions import exporting, importing  # noqa: F401  they register their jobs
from tradepost.catalog.pictures import delete_all_of
from tradepost.catalog.queries import has_products
from tradepost.datamap.processors import WHEREVER, Processor, Role
from tradepost.datamap.rooms import NavigationEntry, Periodic, Room, Step
from tradepost.datamap.vocabulary import Purpose
from tradepost.merchants import closing
from tradepost.merchants.types import Permission

_FORMS = "tradepost.catalog.forms"


def plug_in() -> None:
    closing.register(lambda merchant: delete_all_of(merchant.public_id))


room = Room(
    name="catalog",
    schedule=(
        Periodic(
            name="files of product lists",
            every=timedelta(hours=6),
            call="tradepost.catalog.actions.exporting.drop_old_files",
        ),
    ),
    plug_in=plug_in,
    processors=(
        Processor(
            id=fetching.SHOPIFY,
            name=_("Shopify's picture server"),
            role=Role.MERCHANT,
            what=(),
            why=_(
                "product pictures that a merchant's own product list names; no personal data is sent"
            ),
            purposes=(Purpose.SERVICE,),
            country="CA",
            safeguard=_("no personal data is sent"),
            hosts=lambda: fetching.SHOPIFY_HOSTS,
        ),
        Processor(
            id=fetching.WEBSITE,
            name=_("The merchant's own website"),
            role=Role.MERCHANT,
            what=(),
            why=_(
                "product pictures that a merchant's own product list names; no personal data is sent"
            ),
            purposes=(Purpose.SERVICE,),
            country=WHEREVER,
            safeguard=_("no personal data is sent"),
            hosts=fetching.website_hosts,
        ),
    ),
    navigation=(
        NavigationEntry(
            group="products",
            label=_("Products"),
            url_name="catalog_office:products",
            permission=Permission.SEE_CATALOG,
            order=10,
            icon="products",
        ),
        NavigationEntry(
            group="products",
            label=_("Categories"),
            url_name="catalog_office:categories",
            permission=Permission.CHANGE_CATALOG,
            order=20,
            icon="tag",
        ),
        NavigationEntry(
            group="products",
            label=_("Import"),
            url_name="catalog_office:imports",
            permission=Permission.CHANGE_CATALOG,
            order=30,
            icon="upload",
        ),
        NavigationEntry(
            group="settings",
            label=_("Prices and tax"),
            url_name="catalog_office:taxes",
            permission=Permission.CHANGE_SETTINGS,
            order=30,
            icon="receipt",
        ),
    ),
    first_steps=(
        Step(
            title=_("Make your first product"),
            why=_("Or bring a whole list from your old shop."),
            url_name="catalog_office:products",
            done=has_products,
            order=20,
        ),
    ),
    not_collecting={
        "names of products and categories, files of products": (
            f"{_FORMS}.CategoryForm",
            f"{_FORMS}.ConfirmNameForm",
            f"{_FORMS}.ImportForm",
            f"{_FORMS}.ProductForm",
            "tradepost.catalog.api.NewProduct",
            "tradepost.catalog.api.ProductFields",
        ),
    },
)
