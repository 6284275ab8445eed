"""Joins the catalog room to the house."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tradepost.billing.meters import meters
from tradepost.catalog import law_checks, picture_downloads, receivers
from tradepost.catalog.actions import exporting, importing  # noqa: F401  they register their jobs
from tradepost.catalog.actions.labels import LABELS
from tradepost.catalog.actions.prices import note_all_prices
from tradepost.catalog.meters import METERS
from tradepost.catalog.models import Product, Variant
from tradepost.catalog.pictures import delete_all_of
from tradepost.catalog.product_tabs import OWN_TAB, tabs
from tradepost.catalog.queries import has_price_settings, has_products
from tradepost.catalog.types import CHANGE_CATALOG, SEE_CATALOG
from tradepost.datamap.catalogue import MadeByMigration, made_by_migrations
from tradepost.datamap.events import Subscription
from tradepost.datamap.processors import WHEREVER, PartyRole, Processor
from tradepost.datamap.rooms import (
    FirstStep,
    NavigationEntry,
    NavigationGroup,
    Periodic,
    Room,
)
from tradepost.datamap.vocabulary import Purpose
from tradepost.law import facts as law
from tradepost.merchants import closing
from tradepost.merchants.money import AmountColumns, amount_columns
from tradepost.merchants.types import CHANGE_SETTINGS
from tradepost.modules.switches import ModuleSwitched

_FORMS = "tradepost.catalog.forms"


AMOUNTS = (
    AmountColumns(
        label=_("Products"),
        rows=lambda merchant: Product.objects.filter(merchant=merchant),
        worked_out=("reduced_from_minor",),
        done=note_all_prices,
    ),
    AmountColumns(
        label=_("Choices of products with a price of their own"),
        rows=lambda merchant: Variant.objects.filter(merchant=merchant).exclude(
            own_price_minor=None
        ),
        worked_out=("reduced_from_minor",),
    ),
)

# Migration 0002.
_PRICE_HISTORY = (
    MadeByMigration(vendor="postgresql", kind="function", name="catalog_keep_price_history"),
    MadeByMigration(vendor="postgresql", kind="trigger", name="price_history_kept"),
    MadeByMigration(vendor="sqlite", kind="trigger", name="price_history_kept"),
    MadeByMigration(vendor="sqlite", kind="trigger", name="price_history_unchanged"),
)

room = Room(
    name="catalog",
    subscriptions=(
        Subscription(
            name="catalog.module-switched",
            to=ModuleSwitched,
            call=receivers.module_switched,
            in_transaction=True,
        ),
    ),
    groups=(NavigationGroup(key="products", label=_("Products"), order=20),),
    actions=LABELS,
    permissions=(SEE_CATALOG, CHANGE_CATALOG),
    scopes=("products:read", "products:write"),
    schedule=(
        Periodic(
            name="files of product lists",
            every=timedelta(hours=6),
            call="tradepost.catalog.actions.exporting.drop_old_files",
            heavy=True,
        ),
    ),
    extensions=(
        law.checks.adding(law_checks.CHECKS),
        law.facts.adding(law_checks.FACTS),
        closing.hooks.adding(lambda merchant: delete_all_of(merchant.public_id)),
        amount_columns.adding(*AMOUNTS),
        tabs.adding(OWN_TAB),
        meters.adding(METERS),
        made_by_migrations.adding(*_PRICE_HISTORY),
    ),
    processors=(
        Processor(
            id=picture_downloads.SHOPIFY,
            name=_("Shopify's picture server"),
            role=PartyRole.MERCHANT,
            what=(),
            why=_(
                "product pictures that a merchant's own product list names; no personal data is sent"
            ),
            purposes=(Purpose.SERVICE,),
            country="CA",
            safeguard=_("no personal data is sent"),
            hosts=lambda: picture_downloads.SHOPIFY_HOSTS,
        ),
        Processor(
            id=picture_downloads.WEBSITE,
            name=_("The merchant's own website"),
            role=PartyRole.MERCHANT,
            what=(),
            why=_(
                "product pictures that a merchant's own product list names; no personal data is sent"
            ),
            purposes=(Purpose.SERVICE,),
            country=WHEREVER,
            safeguard=_("no personal data is sent"),
            hosts=picture_downloads.website_hosts,
        ),
    ),
    navigation=(
        NavigationEntry(
            group="products",
            label=_("Products"),
            url_name="catalog_office:products",
            permission=SEE_CATALOG,
            order=10,
            icon="products",
        ),
        NavigationEntry(
            group="products",
            label=_("Categories"),
            url_name="catalog_office:categories",
            permission=CHANGE_CATALOG,
            order=20,
            icon="tag",
        ),
        NavigationEntry(
            group="products",
            label=_("Import"),
            url_name="catalog_office:imports",
            permission=CHANGE_CATALOG,
            order=30,
            icon="upload",
        ),
        NavigationEntry(
            group="settings",
            label=_("Prices and tax"),
            url_name="catalog_office:taxes",
            permission=CHANGE_SETTINGS,
            order=30,
            icon="receipt",
        ),
    ),
    first_steps=(
        FirstStep(
            title=_("Set prices and tax"),
            why=_("Whether your prices include tax, and which rates apply."),
            url_name="catalog_office:taxes",
            done=has_price_settings,
            order=15,
            missing=_("Prices count as including tax, at the rates of your country."),
        ),
        FirstStep(
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
