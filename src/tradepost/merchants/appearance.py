"""The look of a shop for pages of rooms below the storefront, which knows it and adds it here."""

from collections.abc import Callable

from tradepost.datamap.extensions import ExtensionPoint
from tradepost.merchants.models import Merchant

Look = Callable[[Merchant], dict[str, object]]
looks: ExtensionPoint[Look] = ExtensionPoint("the shop's look")


def look_of(merchant: Merchant) -> dict[str, object]:
    """The ``shop`` of ``ui/shop.html``, without a cart. Needs the merchant's scope."""
    shop: dict[str, object] = {"name": merchant.name, "home_url": merchant.website}
    for look in looks:
        shop |= look(merchant)
    return shop
