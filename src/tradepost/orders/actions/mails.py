"""The mails of an order to the customer. Queued in the caller's transaction."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.tasks import task
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import override
from django_scopes import scope, scopes_disabled

from tradepost.delivery.actions import queue_mail
from tradepost.delivery.models import Mail
from tradepost.delivery.types import Attachment
from tradepost.lib.money import Money
from tradepost.orders.documents import invoice_pdf
from tradepost.orders.models import Invoice, Order, OrderAddress
from tradepost.orders.parcels.carriers import tracking_url
from tradepost.orders.parcels.postal import printed_address
from tradepost.orders.queries import (
    address_of,
    attempt_of,
    settings_of,
    waits_for_merchant,
    with_everything,
)
from tradepost.payments.models import PaymentEvent, Refund
from tradepost.payments.queries import instructions, manual_names


def mail_receipt(*, order: Order) -> None:
    """We have your order; what is still to be done to pay it."""
    full = with_everything(Order.objects.filter(pk=order.pk)).get()
    _mail_customer(full, "orders/receipt")


def mail_paid(*, order: Order, amount: Money, invoice: Invoice | None) -> None:
    _mail_customer(order, "orders/paid", invoice, amount=amount.format(order.language))


def mail_dispatch(*, order: Order, invoice: Invoice | None) -> None:
    _mail_customer(order, "orders/dispatched", invoice)


def mail_approved(*, order: Order) -> None:
    """The shop takes the order at the page's price; how to pay."""
    _mail_customer(order, "orders/approved")


def mail_taken_up_again(*, order: Order) -> None:
    """The money came after the order was given up, and the goods were still there."""
    _mail_customer(order, "orders/taken_up_again")


def mail_cancelled(*, order: Order, given_up: bool, declined: bool = False) -> None:
    """``given_up``: nobody cancelled it; the time to pay was over. ``declined``: for its price."""
    paid = order.money(order.paid_minor - order.refunded_minor)
    _mail_customer(
        order,
        "orders/cancelled",
        given_up="yes" if given_up else "",
        declined="yes" if declined else "",
        paid=paid.format(order.language) if paid else "",
    )


def mail_refund_due(*, order: Order, refund: Refund) -> None:
    """The shop will pay back by hand: nothing has moved yet."""
    _mail_customer(
        order,
        "orders/refund_due",
        amount=refund.amount.format(order.language),
        account_known="yes" if refund.payee_iban else "",
    )


def mail_refund(*, order: Order, event: PaymentEvent, note: Invoice | None) -> None:
    """The provider has sent the money, or the merchant says that he has."""
    with override(order.language):
        day = date_format(order.merchant.day_of(event.at))
    by_hand = "yes" if event.gateway in manual_names() else ""
    amount = event.amount.format(order.language)
    _mail_customer(order, "orders/refunded", note, amount=amount, by_hand=by_hand, day=day)


def mail_refund_failed(*, order: Order, event: PaymentEvent) -> None:
    by_hand = "yes" if event.gateway in manual_names() else ""
    amount = event.amount.format(order.language)
    _mail_customer(order, "orders/refund_failed", amount=amount, by_hand=by_hand)


def follow_url(order: Order) -> str:
    return settings.TRADEPOST.base_url + reverse("orders:follow", args=[order.token])


def _mail_customer(order: Order, template: str, paper: Invoice | None = None, **more: str) -> None:
    """In the customer's language, with a link to the paper, or the paper itself where the shop wants that.
    An erased customer has no address and gets none."""
    if not order.email:
        return
    if paper is not None and settings_of(order.merchant).attach_invoice:
        number = (
            paper.pk
        )  # printing takes seconds, which no buyer and no provider's message waits for
        transaction.on_commit(lambda: mail_with_paper.enqueue(order.pk, number, template, more))
        return
    _queue(order, template, paper, more)


@task
def mail_with_paper(order_id: int, paper_id: int, template: str, more: dict[str, str]) -> None:
    """Print the invoice or credit note and send it along. Twice is once; what was deleted since is not sent."""
    with scopes_disabled():
        order = Order.objects.select_related("merchant").filter(pk=order_id).first()
    if order is None or not order.email:
        return
    with scope(merchant=order.merchant), transaction.atomic():
        Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
        paper = Invoice.objects.select_related("merchant").filter(pk=paper_id).first()
        if paper and not Mail.objects.filter(template=template, about=_about(paper)).exists():
            _queue(order, template, paper, more, attached=True)


def _about(paper: Invoice) -> str:
    return f"orders.invoice:{paper.pk}"


def _queue(
    order: Order,
    template: str,
    paper: Invoice | None,
    more: dict[str, str],
    *,
    attached: bool = False,
) -> None:
    with override(order.language):
        context = order_context(order) | _paper_context(order, paper, attached=attached) | more
    files = [_attachment(paper)] if paper and attached else []
    queue_mail(
        to=order.email,
        template=template,
        context=context,
        merchant=order.merchant,
        language=order.language,
        reply_to=order.merchant.contact_email,
        about=_about(paper) if paper and attached else order.reference,
        attachments=files,
    )


def _attachment(paper: Invoice) -> Attachment:
    return Attachment(
        name=f"{paper.what}-{paper}.pdf", media_type="application/pdf", content=invoice_pdf(paper)
    )


def _paper_context(order: Order, paper: Invoice | None, *, attached: bool) -> dict[str, object]:
    if paper is None:
        return {"paper": "", "paper_url": "", "attached": False}
    path = reverse("orders:follow_invoice", args=[order.token, paper.public_id])
    return {
        "paper": f"{paper.get_what_display()} {paper}",
        "paper_url": settings.TRADEPOST.base_url + path,
        "attached": attached,
    }


def order_context(order: Order) -> dict[str, Any]:
    """For the templates; money written in the language of the order."""
    locale = order.language
    deliver_to = address_of(order, OrderAddress.Use.DELIVERY)

    def money(minor: int) -> str:
        """Nothing for nothing: templates say "free", or leave the line out."""
        return order.money(minor).format(locale) if minor else ""

    return {
        "number": order.number,
        "shop": order.merchant.name,
        "name": order.name,
        "email": order.email,
        "telephone": order.telephone,
        "note": order.note,
        "lines": [
            {
                "title": f"{line.title} ({line.options})" if line.options else line.title,
                "quantity": line.quantity,
                "total": order.money(line.total_minor).format(locale),
            }
            for line in order.lines.all()
        ],
        "discount": money(-order.discount_minor),
        "delivery": money(order.delivery_minor),
        "delivery_label": order.delivery_label,
        "tax": money(order.tax_minor),
        "tax_included": order.prices_include_tax,
        "total": order.total.format(locale),
        "deliver_to": printed_address(deliver_to, order.merchant) if order.is_brought else [],
        "delivery_kind": order.delivery_kind,
        "is_collected": order.is_collected,
        "collect_at": (order.collect_at or order.merchant.name).splitlines(),
        "carrier": order.carrier,
        "tracking_number": order.tracking_number,
        "tracking_url": tracking_url(order.carrier, order.tracking_number),
        "is_paid": order.is_paid,
        "costs": bool(order.total_minor),
        "page_open": not waits_for_merchant(order),
        "instructions": instructions(attempt_of(order)) if waits_for_payment(order) else None,
        "waits_for_approval": order.waits_for_approval,
        "pay_until": last_day(order),
        "follow_url": follow_url(order),
    }


def waits_for_payment(order: Order) -> bool:
    return not order.is_paid and not order.cancelled_at and not order.waits_for_approval


def last_day(order: Order) -> str:
    """Until when the goods wait for the money, in the active language; empty where they do not."""
    if order.pay_until is None or order.is_paid or order.cancelled_at:
        return ""
    return date_format(order.merchant.day_of(order.pay_until))
