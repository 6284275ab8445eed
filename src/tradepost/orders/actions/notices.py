"""The mails of an order to the merchant. Queued in the caller's transaction."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override
from django_scopes import scopes_disabled
from pysequoia import Cert, encrypt

from tradepost.datamap.columns.any_lookup import among
from tradepost.datamap.subjects import SubjectRef
from tradepost.delivery.actions import queue_mail
from tradepost.delivery.models import Mail
from tradepost.lib import clock
from tradepost.orders.actions.mails import order_context
from tradepost.orders.models import Order
from tradepost.orders.queries import settings_of, with_everything
from tradepost.orders.types import CopyByMail
from tradepost.payments.models import PaymentEvent
from tradepost.payments.registry import gateways
from tradepost.payments.types import PaymentState

# Templates of the mail to the shop that hold what the customer typed.
_FULL, _ENCRYPTED = COPIES = ("orders/notice_full", "orders/notice_encrypted")


def notify_merchant(*, order: Order) -> None:
    """There is an order to see to, and whether it is paid; once for each order. Needs the order's lock, or
    that nobody else knows of it yet.

    As much as the merchant chose; number and link unless it chose more (purpose.order-mail-warned).
    """
    if order.noticed_at is not None:
        return
    order.noticed_at = clock.now()
    order.save(update_fields=["noticed_at"])
    full = with_everything(Order.objects.filter(pk=order.pk)).get()
    chosen = settings_of(order.merchant)
    with override(order.merchant.language):
        context = _about(full)
        if chosen.copy_by_mail == CopyByMail.FULL:
            context = order_context(full) | context
    template = "orders/notice"
    if chosen.copy_by_mail == CopyByMail.FULL:
        template = _FULL
    elif chosen.copy_by_mail == CopyByMail.ENCRYPTED and chosen.openpgp_key:
        template = _ENCRYPTED
        context["armored"] = sealed_copy(full, chosen.openpgp_key)
    _mail(full, template, context)


def scan_copies(needle: bytes) -> Iterator[str]:
    text = needle.decode("utf-8", "replace")
    with scopes_disabled():
        copies = Mail.objects.filter(template__in=COPIES, text__icontains=text)
        for number in copies.values_list("pk", flat=True):
            yield f"copy of an order {number}"


def erase_copies(subject: SubjectRef) -> int:
    return erase_many_copies([subject])


def erase_many_copies(subjects: Sequence[SubjectRef]) -> int:
    """Of people of one merchant."""
    emails = among("email", [subject.email for subject in subjects])
    with scopes_disabled():
        orders = Order.objects.filter(merchant=subjects[0].merchant_id, **emails)
        shown = among("about", [order.reference for order in orders.only("pk").order_by()])
        gone: int = Mail.objects.filter(template__in=COPIES, **shown).delete()[0]
    return gone


def notify_refund_failed(*, order: Order, event: PaymentEvent) -> None:
    """The bank has sent back what the provider had paid back."""
    amount = event.amount.format(order.merchant.language)
    _mail(order, "orders/notice_refund_failed", _about(order) | {"amount": amount})


def _mail(order: Order, template: str, context: dict[str, object]) -> None:
    queue_mail(
        to=settings_of(order.merchant).notify_email or order.merchant.contact_email,
        template=template,
        context=context,
        merchant=order.merchant,
        language=order.merchant.language,
        about=order.reference,
    )


def _about(order: Order) -> dict[str, object]:
    """Number, link and state of the payment: nothing of the customer."""
    gateway = gateways.get(order.payment_method)
    path = reverse("orders_office:order", args=[order.merchant.handle, order.public_id])
    return {
        "number": order.number,
        "shop": order.merchant.name,
        "office_url": settings.TRADEPOST.base_url + path,
        "paid": "paid" if order.is_paid else "",
        "costs": bool(order.total_minor),
        "pending": order.payment_state == PaymentState.PENDING,
        "way": str(gateway.label) if gateway else order.payment_method,
        "page_price": any(line.price_from_page for line in order.lines.all()),
        "waits_for_approval": order.waits_for_approval,
    }


def sealed_copy(order: Order, key: str) -> str:
    """The order as plain text, encrypted to an OpenPGP key (RFC 9580), ASCII-armored."""
    text = "\n".join(plain_lines(order)).encode()
    return encrypt(recipients=[Cert.from_bytes(key.encode())], bytes=text).decode()


def plain_lines(order: Order) -> list[str]:
    """Everything a merchant needs to know of an order, line by line."""
    context = order_context(order)
    goods = [f"{item['quantity']} × {item['title']}  {item['total']}" for item in context["lines"]]
    address = [str(part) for part in context["deliver_to"]]
    return [
        f"{order.merchant.name}: {order.number}",
        *goods,
        f"= {context['total']}",
        "",
        order.name,
        order.email,
        order.telephone,
        *address,
        "",
        order.note,
    ]
