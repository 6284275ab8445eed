"""Reading what people type at the cart."""

from dataclasses import dataclass, field

from django.http import QueryDict

from tradepost.checkout.actions.cart import MAX_QUANTITY
from tradepost.checkout.models import CartLine
from tradepost.lib.opaque import UnknownId


@dataclass
class CartForm:
    """What the buttons and boxes of the cart page say; a number that is none is left as it was."""

    quantities: dict[int, int] = field(default_factory=dict)
    restore: str = ""
    coupon: str | None = None
    go_on: bool = False
    adjust: bool = False


def read_cart_form(data: QueryDict) -> CartForm:
    form = CartForm(
        restore=data.get("restore", ""),
        coupon=data.get("coupon"),
        go_on="checkout" in data,
        adjust="adjust" in data,
    )
    for name, value in data.items():
        kind, _mark, public_id = name.partition("-")
        row = _row(public_id)
        if row is None:
            continue
        if kind == "quantity" and str(value).strip().isdecimal():
            form.quantities[row] = min(int(str(value).strip()[:9]), MAX_QUANTITY)
        if kind == "out":
            form.quantities[row] = 0
    removed = _row(data.get("remove", ""))
    if removed is not None:
        form.quantities[removed] = 0
    return form


def _row(public_id: str) -> int | None:
    try:
        return CartLine.pk_of(public_id)
    except UnknownId:
        return None
