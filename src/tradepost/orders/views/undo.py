"""What was done a moment ago can be taken back: the next page offers it once."""

from collections.abc import Iterable

from tradepost.merchants.access import MerchantRequest
from tradepost.orders.models import Order

_KEY = "orders.undo"
TAKES_BACK = {
    "accept": "put_back",
    "put_back": "accept",
    "archive": "unarchive",
    "unarchive": "archive",
}


def offer_undo(request: MerchantRequest, done: str, orders: Iterable[Order]) -> None:
    names = [order.public_id for order in orders]
    if names and done in TAKES_BACK:
        shop = request.merchant.handle
        request.session[_KEY] = {"shop": shop, "do": TAKES_BACK[done], "orders": names}


def offered_undo(request: MerchantRequest) -> dict[str, object] | None:
    """What to take back, once. Another shop's page leaves it where it is."""
    kept: dict[str, object] | None = request.session.get(_KEY)
    if kept is None or kept["shop"] != request.merchant.handle:
        return None
    del request.session[_KEY]
    return kept
