"""Joins the storefront to the house."""

from django.utils.translation import gettext_lazy as _

from tradepost.catalog.models import Product
from tradepost.catalog.pages import Tab, register_shop_page, register_tab
from tradepost.checkout.shell import register_frame
from tradepost.merchants.types import Permission
from tradepost.modules.registry import NavigationEntry, register_navigation
from tradepost.modules.steps import Step, register_step
from tradepost.orders.frame import register_frame as register_order_frame
from tradepost.storefront.frame import address, frame
from tradepost.storefront.queries import front_of

register_frame(frame)
register_order_frame(lambda request, merchant: frame(request, merchant, None))
register_tab(Tab(_("Buy buttons"), "storefront_office:buttons"))


@register_shop_page
def shop_page_of(product: Product) -> str:
    return address("product", product.merchant, product.slug)


register_navigation(
    NavigationEntry(
        group="settings",
        label=_("Shop front"),
        url_name="storefront_office:front",
        permission=Permission.CHANGE_SETTINGS,
        order=20,
        icon="eye",
    )
)
register_step(
    Step(
        title=_("Dress the window"),
        why=_("Colour, logo, a greeting, and the imprint that many countries ask for."),
        url_name="storefront_office:front",
        done=lambda merchant: bool(front_of(merchant).imprint),
        order=50,
    )
)
