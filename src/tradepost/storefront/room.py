"""Joins the storefront to the house."""

from django.utils.translation import gettext_lazy as _

from tradepost.catalog.models import Product
from tradepost.catalog.pages import Tab, register_shop_page, register_tab
from tradepost.checkout.shell import register_frame
from tradepost.datamap.rooms import NavigationEntry, Room, Step
from tradepost.merchants.types import Permission
from tradepost.storefront.frame import address, frame
from tradepost.storefront.queries import front_of


def shop_page_of(product: Product) -> str:
    return address("product", product.merchant, product.slug)


def plug_in() -> None:
    register_frame(frame)
    register_tab(Tab(_("Buy buttons"), "storefront_office:buttons"))
    register_shop_page(shop_page_of)


room = Room(
    name="storefront",
    url_order=0,
    plug_in=plug_in,
    navigation=(
        NavigationEntry(
            group="settings",
            label=_("Shop front"),
            url_name="storefront_office:front",
            permission=Permission.CHANGE_SETTINGS,
            order=20,
            icon="eye",
        ),
    ),
    first_steps=(
        Step(
            title=_("Dress the window"),
            why=_("Colour, logo, a greeting, and the imprint that many countries ask for."),
            url_name="storefront_office:front",
            done=lambda merchant: bool(front_of(merchant).imprint),
            order=50,
        ),
    ),
)
