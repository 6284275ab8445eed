"""Joins the catalog room to the house."""

from django.utils.translation import gettext_lazy as _

from tradepost.catalog import fetching
from tradepost.catalog.actions import exporting, importing  # noqa: F401  they register their jobs
from tradepost.catalog.actions.prices import note_all_prices
from tradepost.catalog.models import Product, Variant
from tradepost.catalog.pictures import delete_all_of
from tradepost.catalog.queries import has_price_settings, has_products
from tradepost.datamap.vocabulary import Purpose
from tradepost.merchants import closing
from tradepost.merchants.money import Amounts, register_amounts
from tradepost.merchants.types import Permission
from tradepost.modules.registry import NavigationEntry, register_navigation
from tradepost.modules.steps import Step, register_step
from tradepost.privacy.processors import WHEREVER, Processor, Role, register_processor

register_navigation(
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
)
register_processor(
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
    )
)
register_processor(
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
    )
)

closing.register(lambda merchant: delete_all_of(merchant.public_id))
register_amounts(
    Amounts(
        label=_("Products"),
        rows=lambda merchant: Product.objects.filter(merchant=merchant),
        worked_out=("reduced_from_minor",),
        done=note_all_prices,
    ),
    Amounts(
        label=_("Choices of products with a price of their own"),
        rows=lambda merchant: Variant.objects.filter(merchant=merchant).exclude(
            own_price_minor=None
        ),
        worked_out=("reduced_from_minor",),
    ),
)
register_step(
    Step(
        title=_("Set prices and tax"),
        why=_("Whether your prices include tax, and which rates apply."),
        url_name="catalog_office:taxes",
        done=has_price_settings,
        order=15,
        missing=_("Prices count as including tax, at the rates of your country."),
    )
)
register_step(
    Step(
        title=_("Make your first product"),
        why=_("Or bring a whole list from your old shop."),
        url_name="catalog_office:products",
        done=has_products,
        order=20,
    )
)
