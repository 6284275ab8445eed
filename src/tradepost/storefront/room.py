"""Joins the storefront to the house."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from tradepost.catalog.models import Product
from tradepost.catalog.product_tabs import Tab, register_shop_page, register_tab
from tradepost.checkout.shop_layout import register_frame
from tradepost.datamap.rooms import FirstStep, NavigationEntry, Room
from tradepost.merchants.appearance import register_look
from tradepost.merchants.types import CHANGE_SETTINGS
from tradepost.modules.shop_address import register_shop_address
from tradepost.storefront.actions.labels import LABELS
from tradepost.storefront.queries import front_of, missing_texts
from tradepost.storefront.shop_layout import address, frame, quiet_frame


def shop_page_of(product: Product) -> str:
    return address("product", product.merchant, product.slug)


def plug_in() -> None:
    register_frame(frame)
    register_look(quiet_frame)
    register_shop_address(partial(address, "home"))
    register_tab(Tab(_("Buy buttons"), "storefront_office:buttons"))
    register_shop_page(shop_page_of)


room = Room(
    name="storefront",
    actions=LABELS,
    url_order=0,
    plug_in=plug_in,
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
