"""An order as the fields of the old hosted cart's remote call (mals-cart.md)."""

import re

from tradepost.orders.models import Order, OrderAddress, OrderLine
from tradepost.orders.queries import address_of

_LIKE_AN_ESCAPE = re.compile(r"%(?=25|3A|7E)")


def remote_fields(order: Order) -> dict[str, str]:
    """All fields in their usual order; what this cart does not know is empty."""
    fields = {
        "username": order.merchant.cart_username,
        "id": str(order.number),
        "ip": order.ip,
        "date": f"{order.placed_at:%Y-%m-%d %H:%M:%S}",
        "method": order.payment_method,
        "pay_data": "",
        "cart": "~".join(_line(order, line) for line in order.lines.all()),
        "discount": order.money(order.discount_minor).plain(),
        "subtotal": order.money(order.goods_minor).plain(),
        "shipping": order.money(order.delivery_minor).plain(),
        "tax": order.money(order.tax_minor).plain(),
        "total": order.total.plain(),
        "shipping_zone": order.delivery_label,
    }
    fields |= _address("inv", address_of(order, OrderAddress.Use.BILLING))
    fields |= _address("del", address_of(order, OrderAddress.Use.DELIVERY))
    return fields | {
        "tel": order.telephone,
        "fax": "",
        "email": order.email,
        "currency": order.currency,
        "extra": "; ".join(f"{name}: {answer}" for name, answer in order.extra.items()),
        "message": order.note,
        "voucher": order.coupon,
        "vval": "",
        "giftvcode": "",
        "giftvamount": "",
        "sd": order.session_data,
    }


def _line(order: Order, line: OrderLine) -> str:
    """Title and options joined by commas, as the old cart did."""
    name = ", ".join(part for part in (line.title, line.options) if part)
    price = order.money(line.unit_price_minor).plain()
    units = f"{line.units.normalize():f}"
    return f"{_escaped(name)}:{line.quantity}:{price}:{units}:{_escaped(line.sku)}"


def _escaped(text: str) -> str:
    """``:`` and ``~`` part fields and lines: inside them they are %3A and %7E.

    A % that would be taken for such an escape is %25; any other stays.
    """
    return _LIKE_AN_ESCAPE.sub("%25", text).replace(":", "%3A").replace("~", "%7E")


def _address(prefix: str, address: OrderAddress | None) -> dict[str, str]:
    return {
        f"{prefix}_name": address.name if address else "",
        f"{prefix}_company": address.company if address else "",
        f"{prefix}_addr1": address.line1 if address else "",
        f"{prefix}_addr2": _second_line(address) if address else "",
        f"{prefix}_state": address.region if address else "",
        f"{prefix}_zip": address.postcode if address else "",
        f"{prefix}_country": address.country if address else "",
    }


def _second_line(address: OrderAddress) -> str:
    """The old fields have no town: it goes below the street."""
    return ", ".join(part for part in (address.line2, address.city) if part)
