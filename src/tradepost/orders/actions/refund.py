"""Giving a customer money back."""

import secrets
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.lib.money import Money
from tradepost.orders.actions.lock import lock_order
from tradepost.orders.actions.mails import mail_refund_due
from tradepost.orders.actions.remember import remember
from tradepost.orders.amounts.refundable import (
    LineLeft,
    check_lines,
    everything_left,
    refundable_order,
)
from tradepost.orders.models import Order, OrderEvent, OrderRefund, OrderRefundLine
from tradepost.orders.queries import refundable_attempts
from tradepost.orders.types import RefundLine, RefundOutcome, RefundParts
from tradepost.payments.actions.manual import call_off_refund, confirm_refunded, name_payee
from tradepost.payments.actions.refund import lock_payments, request_refund, settle_refund
from tradepost.payments.models import Refund
from tradepost.payments.queries import refund_with_key
from tradepost.payments.registry import gateways
from tradepost.payments.types import EventKind, GatewayUnreachable, MoreThanPaid


def refund(
    *,
    order: Order,
    parts: RefundParts,
    by: Actor,
    reason: str = "",
    key: str = "",
    payee_iban: str = "",
) -> tuple[Refund, RefundOutcome]:
    """Give back part or all of what was paid; never more. A repeat of ``key`` is the first refund.

    The sum is reserved in one transaction; then the provider is asked outside any transaction. If it does
    not answer it will be asked again; where there is none, the merchant pays it back by hand and says so
    (:func:`refund_sent`). Credit note, stock and mail follow when the money is on its way. Call it outside
    a transaction.

    Raises:
        MoreThanPaid: in money, or of a line or the delivery.
        PaymentRefused: the provider will not; nothing stays reserved.
    """
    key = key or f"order-{order.pk}-{secrets.token_hex(8)}"
    with transaction.atomic():
        # All payments of the order first, then the order: as every change of a payment locks them.
        lock_payments(merchant=order.merchant, reference=order.reference)
        locked = lock_order(order)
        asked = refund_with_key(order.merchant, locked.reference, key)
        if asked is None:
            asked = _ask(locked, parts, by, reason=reason, key=key, payee_iban=payee_iban)
    try:
        settle_refund(refund=asked, by=by)
    except GatewayUnreachable:
        return asked, RefundOutcome.UNANSWERED
    return asked, outcome_of(asked)


def outcome_of(refund: Refund) -> RefundOutcome:
    """As its lines in the ledger say."""
    kinds = set(refund.events.values_list("kind", flat=True))
    if EventKind.REFUND_FAILED in kinds:
        return RefundOutcome.FAILED
    if EventKind.REFUNDED in kinds:
        return RefundOutcome.SENT
    gateway = gateways.get(refund.intent.gateway)
    return RefundOutcome.BY_HAND if gateway and gateway.manual else RefundOutcome.UNDER_WAY


def refund_sent(
    *, order: Order, refund: Refund, by: Actor, sent_at: datetime | None = None
) -> None:
    """The merchant has paid it back by hand. Credit note, stock and mail follow; twice is once.

    Raises: PaymentRefused, when a provider sends it, or it was called off.
    """
    with transaction.atomic():
        if confirm_refunded(refund=refund, by=by, sent_at=sent_at):
            record(
                actor=by, action="orders.refund_sent", target=order, merchant_id=order.merchant_id
            )


def refund_called_off(*, order: Order, refund: Refund, by: Actor) -> None:
    """The merchant does not pay it back after all; the sum can be given back another way. Twice is once.

    Raises: PaymentRefused, when a provider sends it, or it was sent already.
    """
    with transaction.atomic():
        if call_off_refund(refund=refund, by=by):
            record(
                actor=by,
                action="orders.refund_called_off",
                target=order,
                merchant_id=order.merchant_id,
            )


def tell_account(*, order: Order, refund: Refund, iban: str, by: Actor) -> bool:
    """Where the money goes that the merchant pays back by hand; False when it went already."""
    with transaction.atomic():
        told = name_payee(refund=refund, iban=iban)
        if told:
            record(
                actor=by, action="orders.tell_account", target=order, merchant_id=order.merchant_id
            )
    return told


def _ask(
    order: Order,
    parts: RefundParts,
    by: Actor,
    *,
    reason: str,
    key: str,
    payee_iban: str,
) -> Refund:
    """Raises: MoreThanPaid."""
    left = refundable_order(order)
    if parts.everything:
        parts = replace(everything_left(left), restock_all=parts.restock_all)
    if parts.delivery_minor > left.delivery_minor:
        raise MoreThanPaid(_("That is more than is left of the delivery."))
    lines = check_lines(left, parts.lines)
    goods = sum(line.worth(wanted.quantity) for line, wanted in lines)
    amount = Money(goods + parts.delivery_minor + parts.other_minor, order.currency)
    if not amount:
        raise MoreThanPaid(_("Say what is to be paid back."))
    attempt = next(iter(refundable_attempts(order, amount)), None)
    if attempt is None:
        raise MoreThanPaid(_("That is more than was paid and not given back yet."))
    asked = request_refund(
        intent=attempt, amount=amount, key=key, by=by, reason=reason, payee_iban=payee_iban
    )
    _note(order, asked, parts, lines)
    remember(order=order, what=OrderEvent.What.REFUND_ASKED, by=by, amount_minor=amount.minor)
    record(
        actor=by,
        action="orders.refund",
        target=order,
        merchant_id=order.merchant_id,
        detail={"amount_minor": amount.minor, "currency": amount.currency},
    )
    gateway = gateways.get(attempt.gateway)
    if gateway and gateway.manual:
        mail_refund_due(order=order, refund=asked)
    return asked


def _note(
    order: Order, asked: Refund, parts: RefundParts, lines: list[tuple[LineLeft, RefundLine]]
) -> None:
    row = OrderRefund.objects.create(
        merchant_id=order.merchant_id,
        order=order,
        refund=asked,
        delivery_minor=parts.delivery_minor,
        other_minor=parts.other_minor,
        other_rate=parts.other_rate,
        restock=parts.restock_all,
    )
    OrderRefundLine.objects.bulk_create(
        OrderRefundLine(
            merchant_id=order.merchant_id,
            order_refund=row,
            line=left.line,
            quantity=wanted.quantity,
            restock=wanted.restock,
            amount_minor=left.worth(wanted.quantity),
        )
        for left, wanted in lines
    )
