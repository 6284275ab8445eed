"""Papers: invoices and packing slips, as context for a page and as PDF."""

from collections.abc import Callable
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation

from tradepost.lib.countries import country_name
from tradepost.lib.money import Money
from tradepost.lib.pdf import as_pdf
from tradepost.orders.models import Invoice, Order, OrderAddress
from tradepost.orders.parcels.postal import printed_address
from tradepost.orders.queries import address_of, seller_name
from tradepost.orders.types import PaperLine

_SHEETS = ("ui/css/fonts.css", "orders/paper.css")


def invoice_context(invoice: Invoice) -> dict[str, object]:
    """What the page and the PDF show; only what the row holds, so it never changes."""

    def money(minor: int) -> str:
        return Money(minor, invoice.currency).format(invoice.language)

    return {
        "invoice": invoice,
        "issued_on": invoice.merchant.day_of(invoice.issued_at),
        "seller_country": _seller_country(invoice),
        "is_credit_note": invoice.what == Invoice.What.CREDIT_NOTE,
        "lines": [
            line | {"unit": _each(line, money), "amount": money(line["total_minor"])}
            for line in invoice.lines
        ],
        "taxes": [
            {"rate": tax["rate"], "net": money(tax["net_minor"]), "tax": money(tax["tax_minor"])}
            for tax in invoice.taxes
        ],
        "net": money(invoice.net_minor),
        "tax": money(invoice.tax_minor),
        "total": money(invoice.total_minor),
    }


def _each(line: PaperLine, money: Callable[[int], str]) -> str:
    """Nothing where an amount cannot be divided by the quantity."""
    minor = line["unit_price_minor"]
    return "" if minor is None else money(minor)


def _seller_country(invoice: Invoice) -> str:
    """Unless the address ends with it already."""
    code, address = invoice.seller["country"], invoice.seller["address"].rstrip().splitlines()
    own = country_name(code, invoice.merchant.language)
    name = country_name(code, invoice.language)
    return "" if address and address[-1].strip() in {own, name, code} else name


def invoice_pdf(invoice: Invoice) -> bytes:
    """PDF/A-3b in the customer's language; the same bytes' worth of facts whenever it is printed."""
    with translation.override(invoice.language):
        html = render_to_string("orders/print/invoice.html", invoice_context(invoice))
    return _pdf(html)


def carrier_label(order: Order) -> dict[str, object]:
    """All that a carrier is told, through the window of the envelope: from whom, to whom."""
    merchant = order.merchant
    address = address_of(order, OrderAddress.Use.DELIVERY)
    name, lines = seller_name(merchant), merchant.postal_address.splitlines()
    named = bool(lines) and lines[0].strip().startswith(name)
    sender = [part.strip() for part in (lines if named else [name, *lines]) if part.strip()]
    return {
        "sender": " · ".join(sender),
        "recipient": printed_address(address, merchant, language=merchant.language),
    }


def packing_slip(order: Order) -> dict[str, Any]:
    """What lies in the parcel, beside the label: the goods and what the customer asked for (promise
    share.deliver-only). No prices, no e-mail, no telephone, no billing address, nothing of the payment."""
    return {
        "order_number": order.number,
        "ordered_on": order.merchant.day_of(order.placed_at),
        "delivery": order.delivery_label,
        "note": order.note,
        "goods": [
            {
                "quantity": line.quantity,
                "sku": line.sku,
                "title": line.title,
                "options": line.options,
            }
            for line in order.lines.all()
        ],
    }


def packing_slip_pdf(order: Order) -> bytes:
    with translation.override(order.merchant.language):
        html = render_to_string(
            "orders/print/packing_slip.html",
            {"slip": packing_slip(order), "label": carrier_label(order)},
        )
    return _pdf(html)


def _pdf(html: str) -> bytes:
    return as_pdf(html, *(str(finders.find(name)) for name in _SHEETS))
