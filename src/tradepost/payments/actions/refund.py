"""Giving money back: reserve it in the ledger first, then ask the provider, then write the answer."""

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tradepost.audit.types import Actor
from tradepost.lib.money import Money
from tradepost.lib.typed_text import typed
from tradepost.merchants.models import Merchant
from tradepost.payments.actions.record import record_fact
from tradepost.payments.models import PaymentIntent, Refund
from tradepost.payments.queries import account_of, amounts
from tradepost.payments.registry import gateway_named
from tradepost.payments.types import (
    EventKind,
    Fact,
    GatewayUnreachable,
    MoreThanPaid,
    PaymentRefused,
)


def lock_payments(*, merchant: Merchant, reference: str) -> None:
    """Hold all payments of one thing, in the order of their numbers, until the transaction ends."""
    rows = PaymentIntent.objects.select_for_update(of=("self",))
    list(rows.filter(merchant=merchant, reference=reference).order_by("pk"))


def request_refund(
    *,
    intent: PaymentIntent,
    amount: Money,
    key: str,
    by: Actor,
    reason: str = "",
    payee_iban: str = "",
) -> Refund:
    """Reserve a refund. Joins the caller's transaction and calls nobody; a repeat of ``key`` returns
    the first. Follow it with :func:`settle_refund` when the transaction is over; the reconciliation
    does so otherwise.

    Raises:
        MoreThanPaid: what was paid, less what was given back or reserved, is not that much.
    """
    with transaction.atomic():
        locked = PaymentIntent.objects.select_for_update().get(pk=intent.pk)
        known = Refund.objects.filter(merchant_id=locked.merchant_id, key=key).first()
        if known:
            return known
        left = amounts(locked).refundable
        if amount.minor <= 0 or amount > left:
            raise MoreThanPaid(
                _("At most %(left)s can be given back.")
                % {"left": left.format(get_language() or "en")}
            )
        refund = Refund.objects.create(
            merchant_id=locked.merchant_id,
            intent=locked,
            key=key,
            amount_minor=amount.minor,
            reason=typed(reason, 200),
            payee_iban=payee_iban,
            asked_by_id=by.account_id,
        )
        asked = Fact(
            kind=EventKind.REFUND_ASKED,
            fact_id=f"asked:row-{refund.pk}",
            amount_minor=amount.minor,
        )
        record_fact(intent=locked, fact=asked, refund=refund, by=by)
    return refund


def settle_refund(*, refund: Refund, by: Actor) -> bool:
    """Ask the gateway for the money; True when it says that it is done. Safe to repeat.

    Where no provider stands behind the payment nothing moves and it stays open: the merchant pays it back
    and says so (:func:`tradepost.payments.actions.manual.confirm_refunded`).

    Raises:
        PaymentRefused: the provider will not; the reservation is released.
        GatewayUnreachable: not known; the reservation stays and the reconciliation asks again.
    """
    if refund.settled_at:
        return True
    intent = refund.intent
    account = account_of(intent.merchant, intent.gateway)
    try:
        fact = gateway_named(intent.gateway).refund(account, refund)
    except GatewayUnreachable:
        raise
    except PaymentRefused:
        _release(refund, by)
        raise
    refund.save(update_fields=["refund_id"])
    if fact.kind != EventKind.PENDING:
        record_fact(intent=intent, fact=fact, refund=refund, by=by)
    return fact.kind == EventKind.REFUNDED


def _release(refund: Refund, by: Actor) -> None:
    fact = Fact(
        kind=EventKind.REFUND_FAILED,
        fact_id=f"refund_failed:row-{refund.pk}",
        amount_minor=refund.amount_minor,
    )
    record_fact(intent=refund.intent, fact=fact, refund=refund, by=by)
