"""One row a line: goods, delivery, what a discount takes from each rate, and each refund as rows below zero."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from tradepost.merchants.models import Merchant
from tradepost.orders.exports.columns import Cell, Column, ExportLayout, Record
from tradepost.orders.exports.reading import (
    Books,
    PaidBack,
    books,
    countries,
    moment,
    paid_back,
    way_of_paying,
)
from tradepost.orders.exports.shares import Share
from tradepost.orders.models import Order
from tradepost.orders.queries import usable_orders

COLUMNS = (
    Column("order", "number of the order", Cell.COUNT),
    Column("placed_at", "when it was ordered, in the shop's time zone", Cell.TIME),
    Column("time_zone", "the shop's time zone"),
    Column("kind", "goods, delivery, discount, rounding or refund"),
    Column("document", "invoice or credit_note; empty while none is written"),
    Column("document_number", "its number"),
    Column("date", "day of the document; of the order, or of the refund, while none is written", Cell.DATE),
    Column("corrects", "of a credit note: number of the invoice"),
    Column("sku", "article number"),
    Column("item", "goods, way of delivery or discount code"),
    Column("options", "chosen options"),
    Column("quantity", "quantity", Cell.COUNT),
    Column("unit_price", "price of one, as prices are stated in the shop", Cell.MONEY),
    Column("tax_rate", "tax in per cent; empty for money that was paid twice and went back", Cell.RATE),
    Column("net", "amount without tax", Cell.MONEY),
    Column("tax", "tax", Cell.MONEY),
    Column("gross", "amount with tax", Cell.MONEY),
    Column("currency", "ISO 4217 code"),
    Column("state", "waiting, accepted, dispatched, cancelled or archived"),
    Column("delivery_method", "the chosen way of delivery"),
    Column("payment_method", "bank_transfer, on_delivery or stripe"),
    Column("payment", "way of paying in words"),
    Column("payment_state", "open, pending, paid, partly_refunded, refunded or failed"),
    Column("paid_at", "when it was paid, in the shop's time zone", Cell.TIME),
    Column("country", "country of delivery, ISO 3166-1 code"),
    Column("billing_country", "country of the billing address, ISO 3166-1 code"),
    Column("name", "customer's name"),
    Column("email", "customer's e-mail address"),
)  # fmt: skip


def records_of(one: Books) -> Iterator[Record]:
    order, facts = one.order, _facts(one.order)
    invoice, day_of = one.invoice, one.order.merchant.day_of
    paper = {
        "document": "invoice" if invoice else "",
        "document_number": str(invoice) if invoice else "",
        "date": day_of(invoice.issued_at if invoice else order.placed_at),
        "corrects": "",
    }
    for share in one.shares():
        yield facts | paper | _amounts(share, order)
    for back in paid_back(one):
        for share in back.shares:
            yield facts | _note(one, back) | _amounts(share, order) | {"kind": "refund"}


def _note(one: Books, back: PaidBack) -> Record:
    return {
        "document": "credit_note" if back.note else "",
        "document_number": str(back.note) if back.note else "",
        "date": back.day,
        "corrects": str(one.invoice) if back.note and one.invoice else "",
    }


def _facts(order: Order) -> Record:
    return countries(order) | {
        "order": order.number,
        "placed_at": moment(order.placed_at, order.merchant),
        "time_zone": order.merchant.time_zone,
        "currency": order.currency,
        "state": order.state.value,
        "delivery_method": order.delivery_label,
        "payment_method": order.payment_method,
        "payment": way_of_paying(order.payment_method),
        "payment_state": order.payment_state,
        "paid_at": moment(order.paid_at, order.merchant),
        "name": order.name,
        "email": order.email,
    }


def _amounts(share: Share, order: Order) -> Record:
    item = share.item
    each = None if item.unit_minor is None else order.money(item.unit_minor).decimal
    return {
        "kind": item.kind,
        "sku": item.sku,
        "item": item.title,
        "options": item.options,
        "quantity": item.quantity,
        "unit_price": each,
        "tax_rate": Decimal(item.rate) if item.rate else None,
        "net": order.money(share.net_minor).decimal,
        "tax": order.money(share.tax_minor).decimal,
        "gross": order.money(share.gross_minor).decimal,
    }


def _records(merchant: Merchant, numbers: Sequence[int]) -> Iterator[Record]:
    for one in books(merchant, numbers):
        yield from records_of(one)


LAYOUT = ExportLayout(
    name="line",
    label=_("One row a line, refunds as rows of their own"),
    file_name="order-lines",
    columns=COLUMNS,
    found=usable_orders,
    records=_records,
)
