"""What stands around each page of one product: its tabs. Rooms above add theirs."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tradepost.catalog.models import Product
from tradepost.datamap.extensions import ExtensionPoint
from tradepost.datamap.rooms import Text
from tradepost.merchants.access import MerchantRequest
from tradepost.modules.switches import address_is_on


@dataclass(frozen=True)
class Tab:
    """A page about one product; ``url_name`` takes handle and product. ``also``: parts of the page."""

    label: Text
    url_name: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class TabLink:
    label: Text
    url: str
    current: bool


tabs: ExtensionPoint[Tab] = ExtensionPoint("tabs of a product")
# Where the product stands in the shop, for the link beside its name.
shop_pages: ExtensionPoint[Callable[[Product], str]] = ExtensionPoint(
    "a product's page in the shop"
)
OWN_TAB = Tab(_("Product"), "catalog_office:product")


def product_links(request: MerchantRequest, product: Product) -> dict[str, object]:
    """``tabs`` and ``shop_url`` for the head of a product's pages."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    shown = []
    for tab in (tab for tab in tabs if address_is_on(tab.url_name, request.merchant)):
        url = reverse(tab.url_name, args=[request.merchant.handle, product.public_id])
        shown.append(TabLink(tab.label, url, here in (tab.url_name, *tab.also)))
    return {"tabs": shown, "shop_url": shop_page(product)}


def shop_page(product: Product) -> str:
    """Where buyers see and choose; empty while the product is hidden."""
    return shop_pages[0](product) if product.visible and shop_pages else ""
