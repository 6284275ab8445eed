"""Writing invoices and credit notes: once for each cause, with gapless numbers, never changed."""

from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tradepost.audit.actions import SYSTEM, record
from tradepost.lib.countries import country_name
from tradepost.lib.money import Money
from tradepost.merchants.models import Merchant
from tradepost.orders.actions.numbers import next_number
from tradepost.orders.actions.remember import remember
from tradepost.orders.models import Invoice, Order, OrderAddress, OrderEvent
from tradepost.orders.queries import address_of, settings_of
from tradepost.orders.taxes import plain_rate, share_of
from tradepost.orders.types import InvoiceWhen


def invoice_if_due(*, order: Order) -> Invoice | None:
    """Write the invoice when the merchant's setting says so: paid, or dispatched. Joins the transaction.

    None for an order that costs nothing, and for a cancelled one: what comes for it goes back.
    """
    when = settings_of(order.merchant).invoice_when
    ready = order.paid_at if when == InvoiceWhen.PAID else order.dispatched_at
    due = ready and order.total_minor and not order.cancelled_at
    return write_invoice(order=order) if due else None


def write_invoice(*, order: Order) -> Invoice:
    """The order's invoice; the one that is there when it was written before."""
    cause = f"order:{order.pk}"
    with transaction.atomic():
        known = Invoice.objects.filter(merchant=order.merchant, cause=cause).first()
        if known:
            return known
        return _write(
            order,
            cause,
            what=Invoice.What.INVOICE,
            lines=_lines(order),
            taxes=order.taxes,
            total_minor=order.total_minor,
        )


def write_credit_note(*, order: Order, amount: Money, cause: str) -> Invoice | None:
    """Correct the invoice by what was given back; None when there is no invoice to correct.

    Tax is split over the rates as in the invoice.
    """
    with transaction.atomic():
        known = Invoice.objects.filter(merchant=order.merchant, cause=cause).first()
        invoice = Invoice.objects.filter(merchant=order.merchant, cause=f"order:{order.pk}").first()
        if known or invoice is None:
            return known
        taxes = share_of(invoice.taxes, amount.minor)
        with translation.override(order.language):
            title = _("Refund for invoice %(number)s") % {"number": invoice}
        line = {
            "title": title,
            "options": "",
            "sku": "",
            "quantity": 1,
            "unit_price_minor": -amount.minor,
            "total_minor": -amount.minor,
            "rate": "",
        }
        return _write(
            order,
            cause,
            what=Invoice.What.CREDIT_NOTE,
            lines=[line],
            taxes=[_negative(item) for item in taxes],
            total_minor=-amount.minor,
            corrects=invoice,
        )


def _write(
    order: Order,
    cause: str,
    *,
    what: str,
    lines: list[dict[str, Any]],
    taxes: list[dict[str, Any]],
    total_minor: int,
    corrects: Invoice | None = None,
) -> Invoice:
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
        supplied_on=merchant.day_of(order.dispatched_at or order.paid_at or timezone.now()),
        language=order.language,
        seller=seller(merchant),
        buyer_name=buyer_name(buyer) or order.name,
        buyer_address=_address_text(buyer, order.language),
        buyer_email=order.email,
        lines=lines,
        taxes=taxes,
        currency=order.currency,
        net_minor=total_minor - tax,
        tax_minor=tax,
        total_minor=total_minor,
    )
    remember(order=order, what=OrderEvent.What.INVOICED, number=str(invoice))
    record(actor=SYSTEM, action="orders.invoice", target=invoice, merchant_id=merchant.pk)
    return invoice


def seller(merchant: Merchant) -> dict[str, str]:
    chosen = settings_of(merchant)
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


def _address_text(address: OrderAddress | None, language: str) -> str:
    """The lines below the name, as an envelope has them."""
    if address is None:
        return ""
    place = " ".join(part for part in (address.postcode, address.city) if part)
    country = country_name(address.country, language)
    lines = (address.line1, address.line2, place, address.region, country)
    return "\n".join(part for part in lines if part)


def _lines(order: Order) -> list[dict[str, Any]]:
    lines = [
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
            lines.append(_extra(_("Discount"), -order.discount_minor, ""))
        if order.delivery_minor:
            name = order.delivery_label or _("Delivery")
            rate = plain_rate(order.delivery_tax_rate)
            lines.append(_extra(name, order.delivery_minor, rate))
    return lines


def _extra(title: str, minor: int, rate: str) -> dict[str, Any]:
    return {
        "title": title,
        "options": "",
        "sku": "",
        "quantity": 1,
        "unit_price_minor": minor,
        "total_minor": minor,
        "rate": rate,
    }


def _negative(item: dict[str, Any]) -> dict[str, Any]:
    return item | {"net_minor": -item["net_minor"], "tax_minor": -item["tax_minor"]}
