"""Writing invoices: once for each order, with gapless numbers, never changed."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tradepost.audit.actions import record
from tradepost.audit.types import SYSTEM
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.orders.actions.numbers import next_number
from tradepost.orders.actions.remember import remember
from tradepost.orders.amounts.taxes import plain_rate
from tradepost.orders.models import Invoice, Order, OrderAddress, OrderEvent, OrderSettings
from tradepost.orders.parcels.postal import printed_address
from tradepost.orders.queries import address_of, settings_of
from tradepost.orders.types import PaperLine, TaxRow
from tradepost.payments.registry import gateways


def write_invoice(*, order: Order) -> Invoice:
    """The order's invoice; the one that is there when it was written before."""
    cause = f"order:{order.pk}"
    with transaction.atomic():
        known = Invoice.objects.filter(merchant=order.merchant, cause=cause).first()
        if known:
            return known
        return write_paper(
            order,
            cause,
            what=Invoice.What.INVOICE,
            lines=_lines(order),
            taxes=order.taxes,
            total_minor=order.total_minor,
            paid=(order.paid_at, order.payment_method) if order.paid_at else None,
        )


def write_paper(
    order: Order,
    cause: str,
    *,
    what: str,
    lines: list[PaperLine],
    taxes: list[TaxRow],
    total_minor: int,
    corrects: Invoice | None = None,
    paid: tuple[datetime, str] | None = None,
) -> Invoice:
    """Write an invoice or credit note under the next number. ``paid``: when, and by which gateway."""
    merchant, chosen = order.merchant, settings_of(order.merchant)
    buyer = address_of(order, OrderAddress.Use.BILLING)
    tax = sum(item["tax_minor"] for item in taxes)
    invoice = Invoice.objects.create(
        merchant=merchant,
        what=what,
        number=next_number(merchant=merchant, name="invoice"),
        prefix=chosen.invoice_prefix,
        order=order,
        order_number=order.number,
        corrects=corrects,
        cause=cause,
        supplied_on=merchant.day_of(order.dispatched_at or order.paid_at or clock.now()),
        language=order.language,
        seller=_seller(merchant, chosen),
        buyer_name=buyer_name(buyer) or order.name,
        buyer_address="\n".join(
            printed_address(buyer, merchant, with_name=False, language=order.language)
        ),
        buyer_email=order.email,
        lines=lines,
        taxes=taxes,
        currency=order.currency,
        paid_on=merchant.day_of(paid[0]) if paid else None,
        paid_by=_way_of_paying(paid[1], order.language) if paid else "",
        net_minor=total_minor - tax,
        tax_minor=tax,
        total_minor=total_minor,
    )
    remember(order=order, what=OrderEvent.What.INVOICED, by=SYSTEM, number=str(invoice))
    record(actor=SYSTEM, action="orders.invoice", target=invoice, merchant_id=merchant.pk)
    return invoice


def _seller(merchant: Merchant, chosen: OrderSettings) -> dict[str, str]:
    return {
        "name": chosen.seller_name or merchant.name,
        "address": merchant.postal_address,
        "country": merchant.home_country,
        "tax_id": chosen.seller_tax_id,
        "footer": chosen.invoice_footer,
    }


def buyer_name(address: OrderAddress | None) -> str:
    """Company and person, as far as given."""
    return ", ".join(part for part in (address.company, address.name) if part) if address else ""


def _lines(order: Order) -> list[PaperLine]:
    lines: list[PaperLine] = [
        {
            "title": line.title,
            "options": line.options,
            "sku": line.sku,
            "quantity": line.quantity,
            "unit_price_minor": line.unit_price_minor,
            "total_minor": line.total_minor,
            "rate": plain_rate(line.tax_rate),
        }
        for line in order.lines.all()
    ]
    with translation.override(order.language):
        if order.discount_minor:
            lines.append(paper_line(_("Discount"), -order.discount_minor, ""))
        if order.delivery_minor:
            name = order.delivery_label or _("Delivery")
            rate = plain_rate(order.delivery_tax_rate)
            lines.append(paper_line(name, order.delivery_minor, rate))
    return lines


def paper_line(
    title: str,
    minor: int,
    rate: str,
    *,
    options: str = "",
    sku: str = "",
    quantity: int = 1,
) -> PaperLine:
    """One line of a paper; no price each where the amount cannot be divided by the quantity."""
    each, rest = divmod(abs(minor), quantity)
    return {
        "title": title,
        "options": options,
        "sku": sku,
        "quantity": quantity,
        "unit_price_minor": None if rest else (-each if minor < 0 else each),
        "total_minor": minor,
        "rate": rate,
    }


def _way_of_paying(name: str, language: str) -> str:
    gateway = gateways.get(name)
    with translation.override(language):
        return str(gateway.label)[:60] if gateway else ""
