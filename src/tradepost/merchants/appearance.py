"""The look of a shop for pages of rooms below the storefront, which knows it and registers here."""

from collections.abc import Callable

from tradepost.merchants.models import Merchant

Look = Callable[[Merchant], dict[str, object]]
_looks: list[Look] = []


def register_look(look: Look) -> Look:
    _looks.append(look)
    return look


def look_of(merchant: Merchant) -> dict[str, object]:
    """The ``shop`` of ``ui/shop.html``, without a cart. Needs the merchant's scope."""
    shop: dict[str, object] = {"name": merchant.name, "home_url": merchant.website}
    for look in _looks:
        shop |= look(merchant)
    return shop
