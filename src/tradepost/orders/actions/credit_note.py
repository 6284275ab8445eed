"""Credit notes: what was paid back, taken off the invoice, rate by rate, and never more than it holds."""

from decimal import Decimal

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tradepost.lib.money import round_minor
from tradepost.orders.actions.invoice import PaperDraft, paper_line, write_invoice, write_paper
from tradepost.orders.amounts.taxes import credit, left_of, plain_rate, split
from tradepost.orders.models import Invoice, Order, OrderRefund
from tradepost.orders.queries import payment_events, settings_of
from tradepost.orders.types import InvoiceWhen, PaperLine, TaxRow
from tradepost.payments.models import PaymentEvent
from tradepost.payments.types import EventKind


def invoice_if_due(*, order: Order) -> Invoice | None:
    """Write the invoice when the merchant's setting says so: paid, or dispatched. Joins the transaction.

    None for an order that costs nothing, for a cancelled one, and for one whose money all went back
    before. What of it went back before is credited at once.
    """
    when = settings_of(order.merchant).invoice_when
    ready = order.paid_at if when == InvoiceWhen.PAID else order.dispatched_at
    all_back = order.paid_minor and order.refunded_minor >= order.paid_minor
    if not ready or not order.total_minor or order.cancelled_at or all_back:
        return None
    invoice = write_invoice(order=order)
    if order.refunded_minor:
        for event in payment_events(order).filter(kind=EventKind.REFUNDED):
            write_credit_note(order=order, event=event)
    return invoice


def write_credit_note(*, order: Order, event: PaymentEvent) -> Invoice | None:
    """Correct the invoice by what a line of the ledger says was paid back; once for each such line.

    None when there is no invoice, or nothing of it is left to correct: what was paid twice goes back
    without a note, and a refund that is tried again after it failed had its note the first time.
    """
    cause = f"payment:{event.pk}"
    with transaction.atomic():
        known = Invoice.objects.filter(merchant=order.merchant, cause=cause).first()
        invoice = Invoice.objects.filter(merchant=order.merchant, cause=f"order:{order.pk}").first()
        if known or invoice is None:
            return known
        notes = list(invoice.notes.order_by("pk"))
        amount = min(event.amount_minor, _still_to_credit(order, invoice, notes))
        if amount <= 0:
            return None
        items = _items(order, event, invoice)
        if sum(item["total_minor"] for item in items) != amount:
            items = []  # less came back than was asked for: nobody knows of what
        wanted: dict[str, int] = {}
        for item in items:
            wanted[item["rate"]] = wanted.get(item["rate"], 0) + item["total_minor"]
        taxes = credit(left_of(invoice.taxes, [note.taxes for note in notes]), amount, wanted)
        draft = PaperDraft(
            what=Invoice.What.CREDIT_NOTE,
            cause=cause,
            lines=_lines(order, invoice, amount, items, taxes),
            taxes=[_negative(item) for item in taxes],
            total_minor=-amount,
            corrects=invoice,
            paid=(event.at, event.gateway),
        )
        return write_paper(order, draft)


def _still_to_credit(order: Order, invoice: Invoice, notes: list[Invoice]) -> int:
    credited = -sum(note.total_minor for note in notes)
    paid_twice = max(order.paid_minor - order.total_minor, 0)
    return min(order.refunded_minor - paid_twice, invoice.total_minor) - credited


def _items(order: Order, event: PaymentEvent, invoice: Invoice) -> list[PaperLine]:
    """What the refund was for, in amounts with tax above zero; nothing where nobody said."""
    asked = OrderRefund.objects.filter(refund=event.refund).first() if event.refund else None
    if asked is None:
        return []
    items = [
        paper_line(
            part.line.title,
            part.amount_minor,
            plain_rate(part.line.tax_rate),
            options=part.line.options,
            sku=part.line.sku,
            quantity=part.quantity,
        )
        for part in asked.lines.select_related("line").order_by("line__position")
    ]
    with translation.override(order.language):
        if asked.delivery_minor:
            name = order.delivery_label or _("Delivery")
            rate = plain_rate(order.delivery_tax_rate)
            items.append(paper_line(name, asked.delivery_minor, rate))
        if asked.other_minor:
            title = _("Refund for invoice %(number)s") % {"number": invoice}
            items.append(paper_line(title, asked.other_minor, asked.other_rate))
    return items


def _lines(
    order: Order,
    invoice: Invoice,
    amount: int,
    items: list[PaperLine],
    taxes: list[TaxRow],
) -> list[PaperLine]:
    """As the note prints them: below zero, and with or without tax as the invoice does."""
    if amount == invoice.total_minor:
        return [
            item
            | {
                "unit_price_minor": -item["unit_price_minor"],
                "total_minor": -item["total_minor"],
            }
            for item in invoice.lines
        ]
    with translation.override(order.language):
        title = _("Refund for invoice %(number)s") % {"number": invoice}
    items = items or [paper_line(title, amount, "")]
    amounts = [item["total_minor"] for item in items]
    if not order.prices_include_tax:
        bare = [round_minor(item["total_minor"] * 100 / (100 + _rate(item))) for item in items]
        amounts = split(sum(item["net_minor"] for item in taxes), bare)
    return [
        paper_line(
            item["title"],
            -minor,
            item["rate"],
            options=item["options"],
            sku=item["sku"],
            quantity=item["quantity"],
        )
        for item, minor in zip(items, amounts, strict=True)
    ]


def _rate(item: PaperLine) -> Decimal:
    return Decimal(item["rate"] or 0)


def _negative(item: TaxRow) -> TaxRow:
    return item | {"net_minor": -item["net_minor"], "tax_minor": -item["tax_minor"]}
