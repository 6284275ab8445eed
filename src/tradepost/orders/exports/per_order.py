"""One row an order."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from tradepost.lib.money import Money
from tradepost.merchants.models import Merchant
from tradepost.orders.exports.columns import Cell, Column, ExportLayout, Record
from tradepost.orders.exports.reading import Books, books, countries, moment, way_of_paying
from tradepost.orders.models import Order, OrderAddress, OrderLine
from tradepost.orders.queries import address_of, usable_orders
from tradepost.orders.types import TaxRow

COLUMNS = (
    Column("number", "number of the order", Cell.COUNT),
    Column("placed_at", "when it was ordered, in the shop's time zone", Cell.TIME),
    Column("time_zone", "the shop's time zone"),
    Column("state", "waiting, accepted, dispatched, cancelled or archived"),
    Column("payment_state", "open, pending, paid, partly_refunded, refunded or failed"),
    Column("payment_method", "bank_transfer, on_delivery or stripe"),
    Column("payment", "way of paying in words"),
    Column("paid_at", "when it was paid, in the shop's time zone", Cell.TIME),
    Column("invoice", "number of the invoice"),
    Column("invoice_date", "day of the invoice", Cell.DATE),
    Column("credit_notes", "numbers of credit notes"),
    Column("credit_note_dates", "days of the credit notes"),
    Column("currency", "ISO 4217 code"),
    Column("goods", "goods, as prices are stated in the shop", Cell.MONEY),
    Column("discount", "discount", Cell.MONEY),
    Column("delivery_method", "the chosen way of delivery"),
    Column("delivery", "delivery, as prices are stated in the shop", Cell.MONEY),
    Column("delivery_tax_rate", "tax on delivery in per cent", Cell.RATE),
    Column("delivery_tax", "tax in or on delivery", Cell.MONEY),
    Column("net", "total without tax", Cell.MONEY),
    Column("tax", "tax in the total", Cell.MONEY),
    Column("tax_by_rate", "rate: net + tax, for each rate"),
    Column("total", "total with tax", Cell.MONEY),
    Column("paid", "what came", Cell.MONEY),
    Column("refunded", "what was given back", Cell.MONEY),
    Column("name", "customer's name"),
    Column("email", "customer's e-mail address"),
    Column("telephone", "customer's telephone number"),
    Column("company", "company of the delivery address"),
    Column("deliver_to", "name of the delivery address"),
    Column("line1", "street and number"),
    Column("line2", "more of the address"),
    Column("postcode", "postcode"),
    Column("city", "town"),
    Column("region", "region"),
    Column("country", "country of delivery, ISO 3166-1 code"),
    Column("billing_country", "country of the billing address, ISO 3166-1 code"),
    Column("lines", "goods: quantity × title (options) [article number]; one line each"),
    Column("note", "customer's note"),
    Column("carrier", "carrier"),
    Column("tracking_number", "tracking number"),
    Column("source", "where the order came from"),
)
_SUMS = ("goods", "discount", "delivery", "tax", "total", "paid", "refunded")


def record_of(one: Books) -> Record:
    return _facts(one.order) | _sums(one) | _papers(one) | _recipient(one.order)


def _facts(order: Order) -> Record:
    return {
        "number": order.number,
        "placed_at": moment(order.placed_at, order.merchant),
        "time_zone": order.merchant.time_zone,
        "state": order.state.value,
        "payment_state": order.payment_state,
        "payment_method": order.payment_method,
        "payment": way_of_paying(order.payment_method),
        "paid_at": moment(order.paid_at, order.merchant),
        "currency": order.currency,
        "delivery_method": order.delivery_label,
        "name": order.name,
        "email": order.email,
        "telephone": order.telephone,
        "lines": "\n".join(_line(line) for line in order.lines.all()),
        "note": order.note,
        "carrier": order.carrier,
        "tracking_number": order.tracking_number,
        "source": order.source,
    }


def _sums(one: Books) -> Record:
    order = one.order
    sums = {name: order.money(getattr(order, f"{name}_minor")).decimal for name in _SUMS}
    on_delivery = sum(part.tax_minor for part in one.shares() if part.item.kind == "delivery")
    return sums | {
        "net": order.money(order.total_minor - order.tax_minor).decimal,
        "tax_by_rate": "\n".join(_of_rate(row, order) for row in order.taxes),
        "delivery_tax_rate": Decimal(order.delivery_tax_rate).normalize(),
        "delivery_tax": order.money(on_delivery).decimal,
    }


def _of_rate(row: TaxRow, order: Order) -> str:
    net, tax = Money(row["net_minor"], order.currency), Money(row["tax_minor"], order.currency)
    return f"{row['rate']} %: {net.plain()} + {tax.plain()}"


def _papers(one: Books) -> Record:
    day_of, invoice = one.order.merchant.day_of, one.invoice
    return {
        "invoice": str(invoice) if invoice else "",
        "invoice_date": day_of(invoice.issued_at) if invoice else None,
        "credit_notes": ", ".join(map(str, one.notes)),
        "credit_note_dates": ", ".join(day_of(note.issued_at).isoformat() for note in one.notes),
    }


def _recipient(order: Order) -> Record:
    address = address_of(order, OrderAddress.Use.DELIVERY) or OrderAddress()
    return countries(order) | {
        "company": address.company,
        "deliver_to": address.name,
        "line1": address.line1,
        "line2": address.line2,
        "postcode": address.postcode,
        "city": address.city,
        "region": address.region,
    }


def _line(line: OrderLine) -> str:
    options = f" ({line.options})" if line.options else ""
    sku = f" [{line.sku}]" if line.sku else ""
    return f"{line.quantity} × {line.title}{options}{sku}"


def _records(merchant: Merchant, numbers: Sequence[int]) -> Iterator[Record]:
    return map(record_of, books(merchant, numbers))


LAYOUT = ExportLayout(
    name="order",
    label=_("One row an order"),
    file_name="orders",
    columns=COLUMNS,
    found=usable_orders,
    records=_records,
)
