"""The mails of an order: to the merchant and to the customer. Queued in the caller's transaction."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import override
from pysequoia import Cert, encrypt

from tradepost.delivery.actions import queue_mail
from tradepost.lib.money import Money
from tradepost.orders.models import Order, OrderAddress
from tradepost.orders.queries import address_of, attempt_of, settings_of, with_everything
from tradepost.orders.types import CopyByMail
from tradepost.payments.queries import instructions


def mail_new_order(*, order: Order) -> None:
    """Notice to the merchant, receipt to the customer."""
    full = with_everything(Order.objects.filter(pk=order.pk)).get()
    _notify_merchant(full)
    _mail_customer(full, "orders/receipt")


def mail_dispatch(*, order: Order) -> None:
    _mail_customer(order, "orders/dispatched")


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
        given_up=given_up,
        declined=declined,
        paid=paid.format(order.language) if paid else "",
    )


def mail_refund(*, order: Order, amount: Money) -> None:
    _mail_customer(order, "orders/refunded", amount=amount.format(order.language))


def follow_url(order: Order) -> str:
    return settings.TRADEPOST.base_url + reverse("orders:follow", args=[order.token])


def _mail_customer(order: Order, template: str, **more: Any) -> None:
    """In the customer's language. An erased customer has no address and gets none."""
    if not order.email:
        return
    with override(order.language):
        context = _everything(order) | more
    queue_mail(
        to=order.email,
        template=template,
        context=context,
        merchant=order.merchant,
        language=order.language,
        reply_to=order.merchant.contact_email,
        about=order.reference,
    )


def _notify_merchant(order: Order) -> None:
    """As much as the merchant chose; number and link unless it chose more (purpose.order-mail-warned)."""
    chosen = settings_of(order.merchant)
    context: dict[str, Any] = {
        "number": order.number,
        "shop": order.merchant.name,
        "office_url": settings.TRADEPOST.base_url
        + reverse("orders_office:order", args=[order.merchant.handle, order.public_id]),
        "page_price": any(line.price_from_page for line in order.lines.all()),
        "waits_for_approval": order.waits_for_approval,
    }
    template = "orders/notice"
    if chosen.copy_by_mail == CopyByMail.FULL:
        template, context = "orders/notice_full", context | _everything(order)
    elif chosen.copy_by_mail == CopyByMail.ENCRYPTED and chosen.openpgp_key:
        template = "orders/notice_encrypted"
        context["armored"] = sealed_copy(order, chosen.openpgp_key)
    queue_mail(
        to=chosen.notify_email or order.merchant.contact_email,
        template=template,
        context=context,
        merchant=order.merchant,
        language=order.merchant.language,
        about=order.reference,
    )


def sealed_copy(order: Order, key: str) -> str:
    """The order as plain text, encrypted to an OpenPGP key (RFC 9580), ASCII-armored."""
    text = "\n".join(plain_lines(order)).encode()
    return encrypt(recipients=[Cert.from_bytes(key.encode())], bytes=text).decode()


def plain_lines(order: Order) -> list[str]:
    """Everything a merchant needs to know of an order, line by line."""
    context = _everything(order)
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


def _everything(order: Order) -> dict[str, Any]:
    """For the templates; money written in the language that is active."""
    locale = order.language
    deliver_to = address_of(order, OrderAddress.Use.DELIVERY)
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
        "discount": order.money(-order.discount_minor).format(locale)
        if order.discount_minor
        else "",
        "delivery": order.money(order.delivery_minor).format(locale),
        "delivery_label": order.delivery_label,
        "tax": order.money(order.tax_minor).format(locale),
        "total": order.total.format(locale),
        "deliver_to": address_lines(deliver_to),
        "carrier": order.carrier,
        "tracking_number": order.tracking_number,
        "instructions": None
        if order.is_paid or order.waits_for_approval
        else instructions(attempt_of(order)),
        "waits_for_approval": order.waits_for_approval,
        "pay_until": last_day(order),
        "follow_url": follow_url(order),
    }


def last_day(order: Order) -> str:
    """Until when the goods wait for the money, in the active language; empty where they do not."""
    if order.pay_until is None or order.is_paid or order.cancelled_at:
        return ""
    return date_format(order.merchant.day_of(order.pay_until))


def address_lines(address: OrderAddress | None) -> list[str]:
    if address is None:
        return []
    place = " ".join(part for part in (address.postcode, address.city) if part)
    parts = (address.company, address.name, address.line1, address.line2, place)
    return [part for part in (*parts, address.region, address.country_name) if part]
