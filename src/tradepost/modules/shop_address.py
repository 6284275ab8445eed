"""Where the shop of a merchant stands; the room that shows shops says it."""

from collections.abc import Callable

from tradepost.datamap.extensions import ExtensionPoint

shop_addresses: ExtensionPoint[Callable[[object], str]] = ExtensionPoint("the shop's address")


def shop_address(merchant: object) -> str:
    """Empty where no room shows a shop."""
    return shop_addresses[0](merchant) if shop_addresses else ""
