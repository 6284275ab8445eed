"""One row an invoice or credit note and rate of tax: what goes into the books."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from tradepost.lib.money import Money
from tradepost.merchants.models import Merchant
from tradepost.orders.exports.columns import Cell, Column, ExportLayout, Record
from tradepost.orders.exports.reading import countries, way_of_paying
from tradepost.orders.models import Invoice
from tradepost.orders.queries import invoices_between

COLUMNS = (
    Column("document", "invoice or credit_note"),
    Column("number", "its number, with what stands before it"),
    Column("date", "day of issue, in the shop's time zone", Cell.DATE),
    Column("time_zone", "the shop's time zone"),
    Column("corrects", "of a credit note: number of the invoice"),
    Column("corrects_date", "of a credit note: day of the invoice", Cell.DATE),
    Column("order", "number of the order", Cell.COUNT),
    Column("supplied_on", "day of supply", Cell.DATE),
    Column("tax_rate", "tax in per cent", Cell.RATE),
    Column("net", "amount of this rate without tax", Cell.MONEY),
    Column("tax", "tax of this rate", Cell.MONEY),
    Column("gross", "amount of this rate with tax", Cell.MONEY),
    Column("document_total", "total of the whole document, on each of its rows", Cell.MONEY),
    Column("currency", "ISO 4217 code"),
    Column("buyer", "name of the buyer"),
    Column("address", "address of the buyer, as it is printed"),
    Column("country", "country of delivery, ISO 3166-1 code; empty once the order is deleted"),
    Column(
        "billing_country",
        "country of the billing address, ISO 3166-1 code; empty once the order is deleted",
    ),
    Column("delivery_method", "the chosen way of delivery; empty once the order is deleted"),
    Column("payment", "way of paying, or of paying back; the chosen one while unpaid"),
    Column("paid_on", "day of payment, or of paying back", Cell.DATE),
    Column("seller_tax_id", "the shop's own tax number on the document"),
)


def records_of(invoice: Invoice) -> Iterator[Record]:
    facts = _facts(invoice)
    for tax in invoice.taxes or [{"rate": "0", "net_minor": 0, "tax_minor": 0}]:
        net, amount = tax["net_minor"], tax["tax_minor"]
        yield facts | {
            "tax_rate": Decimal(tax["rate"]),
            "net": Money(net, invoice.currency).decimal,
            "tax": Money(amount, invoice.currency).decimal,
            "gross": Money(net + amount, invoice.currency).decimal,
        }


def _facts(invoice: Invoice) -> Record:
    day_of, first, order = invoice.merchant.day_of, invoice.corrects, invoice.order
    of_order = countries(order) if order else {"country": "", "billing_country": ""}
    return of_order | {
        "document": invoice.what,
        "number": str(invoice),
        "date": day_of(invoice.issued_at),
        "time_zone": invoice.merchant.time_zone,
        "corrects": str(first) if first else "",
        "corrects_date": day_of(first.issued_at) if first else None,
        "order": invoice.order_number,
        "supplied_on": invoice.supplied_on,
        "document_total": invoice.total.decimal,
        "currency": invoice.currency,
        "buyer": invoice.buyer_name,
        "address": invoice.buyer_address,
        "delivery_method": order.delivery_label if order else "",
        "payment": invoice.paid_by or (way_of_paying(order.payment_method) if order else ""),
        "paid_on": invoice.paid_on,
        "seller_tax_id": invoice.seller.get("tax_id", ""),
    }


def _records(merchant: Merchant, numbers: Sequence[int]) -> Iterator[Record]:
    rows = Invoice.objects.filter(merchant=merchant, pk__in=numbers)
    rows = rows.select_related("merchant", "corrects", "order")
    found = {row.pk: row for row in rows.prefetch_related("order__addresses")}
    for number in numbers:
        if number in found:
            yield from records_of(found[number])


LAYOUT = ExportLayout(
    name="invoice",
    label=_("One row an invoice or credit note and rate of tax"),
    file_name="invoices",
    columns=COLUMNS,
    found=invoices_between,
    records=_records,
)
