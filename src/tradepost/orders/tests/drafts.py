"""Orders for tests, as a checkout would hand them in."""

from typing import Any

from tradepost.audit.types import SYSTEM
from tradepost.lib.postal import PostalAddress
from tradepost.orders.actions.create import create_order
from tradepost.orders.models import Order
from tradepost.orders.types import (
    Addresses,
    CustomerDraft,
    LineDraft,
    OrderDetails,
    OrderSource,
    Totals,
)

INES = "ines.vogel@customer.example"


def line(**changes: Any) -> LineDraft:
    values: dict[str, Any] = {
        "title": "Card wallet",
        "sku": "EL-100",
        "options": "Cognac",
        "quantity": 2,
        "unit_price_minor": 2900,
        "total_minor": 5800,
        "tax_rate": 19,
        "tax_minor": 926,
    }
    return LineDraft(**(values | changes))


def place(merchant: Any, key: str = "cart-1", **changes: Any) -> Order:
    lines = changes.pop("lines", [line()])
    goods = sum(item.total_minor for item in lines)
    customer = {"email": INES, "name": "Ines Vogel", "telephone": "030 901820"}
    customer |= changes.pop("customer", {})
    address = PostalAddress(
        name="Ines Vogel",
        line1="Lindenstraße 4",
        postcode="10969",
        city="Berlin",
        country="DE",
    )
    return create_order(
        merchant=merchant,
        lines=lines,
        customer=CustomerDraft(**customer),
        addresses=Addresses(
            billing=changes.pop("billing", address), delivery=changes.pop("delivery", None)
        ),
        totals=changes.pop("totals", None)
        or Totals(
            currency="EUR",
            goods_minor=goods,
            delivery_minor=490,
            delivery_tax_rate=19,
            tax_minor=sum(item.tax_minor for item in lines) + 78,
            total_minor=goods + 490,
        ),
        payment_method=changes.pop("payment_method", "bank_transfer"),
        source=OrderSource.STOREFRONT,
        key=key,
        details=OrderDetails(delivery_label="Parcel", **changes),
        by=SYSTEM,
    )
