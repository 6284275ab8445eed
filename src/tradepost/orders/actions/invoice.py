"""Writing invoices: once for each order, with gapless numbers, never changed."""

from collections.abc import Iterable
from dataclasses import dataclass
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
from tradepost.orders.models import (
    Invoice,
    Order,
    OrderAddress,
    OrderEvent,
    OrderLine,
    OrderSettings,
)
from tradepost.orders.parcels.postal import printed_address
from tradepost.orders.queries import address_of, settings_of
from tradepost.orders.types import PaperLine, TaxRow
from tradepost.payments.registry import gateways


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDraft:
    """An invoice or credit note without a number. ``paid``: when, and by which gateway."""

    what: str
    cause: str
    lines: list[PaperLine]
    taxes: list[TaxRow]
    total_minor: int
    corrects: Invoice | None = None
    paid: tuple[datetime, str] | None = None


def write_invoice(*, order: Order) -> Invoice:
    """The order's invoice; the one that is there when it was written before."""
    with transaction.atomic():
        known = Invoice.objects.filter(merchant=order.merchant, cause=f"order:{order.pk}").first()
        return known or write_paper(order, invoice_draft(order, order.lines.all()))


def invoice_draft(order: Order, lines: Iterable[OrderLine]) -> PaperDraft:
    return PaperDraft(
        what=Invoice.What.INVOICE,
        cause=f"order:{order.pk}",
        lines=_lines(order, lines),
        taxes=order.taxes,
        total_minor=order.total_minor,
        paid=(order.paid_at, order.payment_method) if order.paid_at else None,
    )


def write_paper(order: Order, draft: PaperDraft) -> Invoice:
    """Write an invoice or credit note under the next number."""
    merchant, chosen = order.merchant, settings_of(order.merchant)
    buyer = address_of(order, OrderAddress.Use.BILLING)
    number = next_number(merchant=merchant, name="invoice")
    invoice = paper_row(order, draft, number=number, chosen=chosen, buyer=buyer)
    invoice.save(force_insert=True)
    remember(order=order, what=OrderEvent.What.INVOICED, by=SYSTEM, number=str(invoice))
    record(actor=SYSTEM, action="orders.invoice", target=invoice, merchant_id=merchant.pk)
    return invoice


def paper_row(
    order: Order,
    draft: PaperDraft,
    *,
    number: int,
    chosen: OrderSettings,
    buyer: OrderAddress | None,
) -> Invoice:
    """Made and not yet written."""
    merchant, paid = order.merchant, draft.paid
    tax = sum(item["tax_minor"] for item in draft.taxes)
    return Invoice(
        merchant=merchant,
        what=draft.what,
        number=number,
        prefix=chosen.invoice_prefix,
        order=order,
        order_number=order.number,
        corrects=draft.corrects,
        cause=draft.cause,
        supplied_on=merchant.day_of(order.dispatched_at or order.paid_at or clock.now()),
        language=order.language,
        seller=_seller(merchant, chosen),
        buyer_name=buyer_name(buyer) or order.name,
        buyer_address="\n".join(
            printed_address(buyer, merchant, with_name=False, language=order.language)
        ),
        buyer_email=order.email,
        lines=draft.lines,
        taxes=draft.taxes,
        currency=order.currency,
        paid_on=merchant.day_of(paid[0]) if paid else None,
        paid_by=_way_of_paying(paid[1], order.language) if paid else "",
        net_minor=draft.total_minor - tax,
        tax_minor=tax,
        total_minor=draft.total_minor,
    )


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


def _lines(order: Order, sold: Iterable[OrderLine]) -> list[PaperLine]:
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
        for line in sold
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
