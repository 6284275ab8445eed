"""Writing an order down: once for each key, whatever happens on the way."""

from collections.abc import Sequence

from django.db import models, transaction

from tradepost.audience.actions.activity import note_activity
from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.lib import clock
from tradepost.lib.addresses import truncate_ip
from tradepost.lib.postal import PostalAddress
from tradepost.merchants.models import Merchant
from tradepost.modules.events import publish
from tradepost.orders.actions.announce import BY_MAIL, Announcer
from tradepost.orders.actions.numbers import next_number
from tradepost.orders.actions.pay import set_time_to_pay
from tradepost.orders.actions.remember import remember
from tradepost.orders.actions.remote import queue_remote_call
from tradepost.orders.amounts.taxes import tax_lines
from tradepost.orders.events import OrderPlaced
from tradepost.orders.models import Order, OrderAddress, OrderEvent, OrderLine
from tradepost.orders.types import (
    Addresses,
    BadOrder,
    CustomerDraft,
    LineDraft,
    OrderDetails,
    OrderDraft,
    Totals,
)
from tradepost.payments.types import PaymentState


def create_order(
    *,
    merchant: Merchant,
    lines: Sequence[LineDraft],
    customer: CustomerDraft,
    addresses: Addresses,
    totals: Totals,
    payment_method: str,
    source: str,
    key: str,
    by: Actor,
    details: OrderDetails | None = None,
    announce: Announcer = BY_MAIL,
) -> Order:
    """Write the order and its number; a repeat with the same ``key`` returns the one that is there.

    Joins the caller's transaction; takes no stock and starts no payment, which is the checkout's work
    (or :func:`~tradepost.orders.actions.pay.request_payment`'s). Receipt and remote call are queued in the
    same transaction, and the merchant's notice unless the customer has a payment page before them. Card numbers typed into free text are masked before they are saved.
    Needs the merchant's scope.

    Raises:
        BadOrder: no lines, sums that do not add up, or a text that is too long.
    """
    draft = OrderDraft(
        lines=lines,
        customer=customer,
        addresses=addresses,
        totals=totals,
        payment_method=payment_method,
        source=source,
        details=details or OrderDetails(),
    )
    _check(draft)
    with transaction.atomic():
        existing = _locked_existing(merchant, key)
        if existing:
            return existing
        order = _write(merchant, key, draft)
        remember(order=order, what=OrderEvent.What.PLACED, by=by)
        record(actor=by, action="orders.create", target=order, merchant_id=merchant.pk)
        announce.placed(order)
        queue_remote_call(order=order)
        note_activity(merchant=merchant, emails=[order.email], at=order.placed_at)
        publish(OrderPlaced(order_id=order.pk), merchant_id=merchant.pk)
    return order


def _check(draft: OrderDraft) -> None:
    if not draft.lines:
        raise BadOrder("no lines")
    if sum(line.total_minor for line in draft.lines) != draft.totals.goods_minor:
        raise BadOrder("the lines do not add up to the goods")
    if not draft.totals.adds_up:
        raise BadOrder("goods, discount, delivery and tax do not add up to the total")


def _locked_existing(merchant: Merchant, key: str) -> Order | None:
    """Lock the merchant's row first: two calls with one key come one after the other.

    Not its key, which every row of the merchant being written holds: an import must not stop sales.
    """
    Merchant.objects.select_for_update(no_key=True).only("pk").get(pk=merchant.pk)
    return Order.objects.filter(merchant=merchant, key=key).first()


def _write(merchant: Merchant, key: str, draft: OrderDraft) -> Order:
    customer, totals, details = draft.customer, draft.totals, draft.details
    order = Order.objects.create(
        merchant=merchant,
        number=next_number(merchant=merchant, name="order"),
        key=key,
        source=draft.source,
        email=customer.email,
        language=customer.language,
        ip=truncate_ip(customer.ip),
        extra={str(name): str(value) for name, value in details.extra.items()},
        currency=totals.currency,
        goods_minor=totals.goods_minor,
        discount_minor=totals.discount_minor,
        delivery_minor=totals.delivery_minor,
        delivery_tax_rate=totals.delivery_tax_rate,
        tax_minor=totals.tax_minor,
        total_minor=totals.total_minor,
        prices_include_tax=totals.prices_include_tax,
        taxes=tax_lines(draft),
        delivery_kind=details.delivery_kind,
        payment_method=draft.payment_method,
        payment_state=PaymentState.OPEN if totals.total_minor else PaymentState.PAID,
        paid_at=None if totals.total_minor else clock.now(),
        approval_asked_at=clock.now() if details.needs_approval else None,
        **_whole(
            Order,
            name=customer.name,
            telephone=customer.telephone,
            note=customer.note,
            session_data=details.session_data,
            coupon=details.coupon,
            delivery_label=details.delivery_label,
            collect_at=details.collect_at,
        ),
    )
    if not details.needs_approval:
        set_time_to_pay(order=order)
    _write_lines(order, draft.lines)
    _write_address(order, OrderAddress.Use.BILLING, draft.addresses.billing)
    if draft.addresses.delivery:
        _write_address(order, OrderAddress.Use.DELIVERY, draft.addresses.delivery)
    return order


def _write_lines(order: Order, lines: Sequence[LineDraft]) -> None:
    OrderLine.objects.bulk_create(
        OrderLine(
            merchant_id=order.merchant_id,
            order=order,
            position=position,
            product_id=line.product_id,
            variant_id=line.variant_id,
            takes_stock=line.takes_stock,
            quantity=line.quantity,
            units=line.units,
            unit_price_minor=line.unit_price_minor,
            total_minor=line.total_minor,
            tax_rate=line.tax_rate,
            tax_minor=line.tax_minor,
            price_from_page=line.price_from_page,
            page_price_minor=line.page_price_minor,
            **_whole(OrderLine, sku=line.sku, title=line.title, options=line.options),
        )
        for position, line in enumerate(lines, start=1)
    )


def _write_address(order: Order, use: str, address: PostalAddress) -> None:
    OrderAddress.objects.create(
        merchant_id=order.merchant_id,
        order=order,
        use=use,
        **_whole(
            OrderAddress,
            name=address.name,
            company=address.company,
            line1=address.line1,
            line2=address.line2,
            postcode=address.postcode,
            city=address.city,
            region=address.region,
            country=address.country.upper(),
        ),
    )


def _whole(model: type[models.Model], **texts: str) -> dict[str, str]:
    """All of what people typed; the columns themselves mask card numbers (``datamap.columns.typed``).

    Raises: BadOrder, for a text that its column cannot hold. Forms refuse it before, with words.
    """
    for name, text in texts.items():
        longest = getattr(model._meta.get_field(name), "max_length", None)
        if longest is not None and len(text) > longest:
            raise BadOrder(f"{model.__name__}.{name} holds {longest} characters, not {len(text)}")
    return texts
