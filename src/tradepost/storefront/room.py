"""Joins the storefront to the house."""

from django.utils.translation import gettext_lazy as _

from tradepost.catalog.models import Product
from tradepost.catalog.product_tabs import Tab, shop_pages, tabs
from tradepost.checkout.shop_layout import framers
from tradepost.checkout.types import DROP_IN_CART
from tradepost.datamap.modules import Module
from tradepost.datamap.rooms import FirstStep, NavigationEntry, Room
from tradepost.law import facts as law
from tradepost.merchants.appearance import looks
from tradepost.merchants.models import Merchant
from tradepost.merchants.types import CHANGE_SETTINGS
from tradepost.modules.shop_address import shop_addresses
from tradepost.modules.switches import is_on
from tradepost.storefront import law_checks
from tradepost.storefront.actions.labels import LABELS
from tradepost.storefront.queries import front_of, missing_texts
from tradepost.storefront.shop_layout import address, frame, quiet_frame
from tradepost.storefront.types import SHOP_FRONT


def shop_page_of(product: Product) -> str:
    """Empty where the shop front is off."""
    is_there = is_on(SHOP_FRONT, product.merchant)
    return address("product", product.merchant, product.slug) if is_there else ""


def shop_home_of(merchant: object) -> str:
    if not isinstance(merchant, Merchant) or not is_on(SHOP_FRONT, merchant):
        return ""
    return address("home", merchant)


room = Room(
    name="storefront",
    modules=(
        Module(
            key=SHOP_FRONT,
            label=_("Shop front"),
            describes=_("A website for your products, with search and categories."),
            addresses=(
                *(f"storefront:{page}" for page in ("home", "everything", "search", "sitemap")),
                *(f"storefront:{page}" for page in ("category", "product", "add")),
                *(f"storefront_office:{page}" for page in ("front", "pictures")),
            ),
        ),
    ),
    pages_of_modules={DROP_IN_CART: ("storefront_office:buttons",)},
    actions=LABELS,
    url_order=0,
    extensions=(
        law.checks.adding(law_checks.CHECKS),
        framers.adding(frame),
        looks.adding(quiet_frame),
        shop_addresses.adding(shop_home_of),
        tabs.adding(Tab(_("Buy buttons"), "storefront_office:buttons")),
        shop_pages.adding(shop_page_of),
    ),
    navigation=(
        NavigationEntry(
            group="settings",
            label=_("Shop front"),
            url_name="storefront_office:front",
            permission=CHANGE_SETTINGS,
            order=20,
            icon="eye",
        ),
        NavigationEntry(
            group="settings",
            label=_("Terms and imprint"),
            url_name="storefront_office:texts",
            permission=CHANGE_SETTINGS,
            order=25,
            icon="book",
        ),
    ),
    first_steps=(
        FirstStep(
            title=_("Dress the window"),
            why=_("Colour, logo and a greeting."),
            url_name="storefront_office:front",
            done=lambda merchant: front_of(merchant).pk is not None,
            order=50,
        ),
        FirstStep(
            title=_("Write imprint, terms and returns"),
            why=_(
                "Many countries ask a shop for them by law; they stand at the foot of its pages."
            ),
            url_name="storefront_office:texts",
            done=lambda merchant: not missing_texts(merchant),
            order=55,
            missing=_("A shop without them can be warned off by law."),
        ),
    ),
)
