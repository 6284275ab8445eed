"""Where the shop of a merchant stands; the room that shows shops says it."""

from collections.abc import Callable

ShopAddress = Callable[[object], str]
_addresses: list[ShopAddress] = []


def register_shop_address(address: ShopAddress) -> None:
    _addresses.append(address)


def shop_address(merchant: object) -> str:
    """Empty where no room shows a shop."""
    return _addresses[0](merchant) if _addresses else ""
