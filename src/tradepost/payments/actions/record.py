"""Writing facts into the ledger: the one place where a payment changes."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.lib import clock
from tradepost.lib.opaque import UnknownId
from tradepost.modules.events import publish
from tradepost.payments.events import LedgerLineWritten
from tradepost.payments.models import PaymentEvent, PaymentIntent, Refund
from tradepost.payments.types import EventKind, Fact

_DETAILS = frozenset({"code", "decline_code", "note", "network"})
_REFUNDS = {EventKind.REFUNDED, EventKind.REFUND_FAILED}
_LAST = {EventKind.CAPTURED, EventKind.EXPIRED, EventKind.CANCELLED}

Teller = Callable[[PaymentIntent, PaymentEvent], None]


def publish_line(intent: PaymentIntent, event: PaymentEvent) -> None:
    written = LedgerLineWritten(line_id=event.pk, reference=intent.reference)
    publish(written, merchant_id=intent.merchant_id)


def record_fact(
    *,
    intent: PaymentIntent,
    fact: Fact,
    by: Actor,
    refund: Refund | None = None,
    tell: Teller = publish_line,
) -> PaymentEvent | None:
    """Add a line to the ledger and tell whoever is paid, in one transaction; None if it was known.

    The payment's row is locked, so two webhooks of the same fact come one after the other and the
    second finds the first one's line. ``tell`` runs in the same transaction.
    """
    with transaction.atomic():
        locked = PaymentIntent.objects.select_for_update().get(pk=intent.pk)
        lines = PaymentEvent.objects.filter(
            merchant_id=locked.merchant_id, gateway=locked.gateway, fact_id=fact.fact_id
        )
        if lines.exists():
            return None
        refund = refund or _refund_of(locked, fact.refund_mark)
        event = PaymentEvent.objects.create(
            merchant_id=locked.merchant_id,
            intent=locked,
            refund=refund,
            gateway=locked.gateway,
            fact_id=fact.fact_id,
            gateway_event_id=fact.gateway_event_id,
            kind=fact.kind,
            amount_minor=fact.amount_minor,
            at=_moment(locked, refund, fact),
            detail=_codes_only(fact.detail),
        )
        _close(locked, refund, fact, event.recorded_at)
        record(
            actor=by,
            action=f"payments.{fact.kind.value}",
            target=locked,
            merchant_id=locked.merchant_id,
            detail={"amount_minor": fact.amount_minor, "currency": locked.currency},
        )
        tell(locked, event)
    return event


def _moment(intent: PaymentIntent, refund: Refund | None, fact: Fact) -> datetime:
    """When it happened. Providers count in whole seconds, and by when a thing was *made*: no answer is
    dated before its question, no payment before the tries that came to nothing."""
    if refund and fact.kind == EventKind.REFUND_ASKED:
        return refund.asked_at
    at = fact.at or clock.now()
    if refund and fact.kind in _REFUNDS:
        return max(at, refund.asked_at)
    if fact.kind == EventKind.CAPTURED:
        tries = intent.events.filter(kind=EventKind.FAILED).aggregate(last=Max("at"))
        return max(at, tries["last"] or at)
    return at


def _refund_of(intent: PaymentIntent, mark: str) -> Refund | None:
    try:
        return Refund.objects.filter(pk=Refund.pk_of(mark), intent=intent).first()
    except UnknownId:
        return None


def _close(intent: PaymentIntent, refund: Refund | None, fact: Fact, now: datetime) -> None:
    if refund and fact.kind in _REFUNDS:
        refund.settled_at, refund.payee_iban = now, ""
        refund.save(update_fields=["settled_at", "payee_iban"])
    if fact.kind in _LAST and intent.over_at is None:
        intent.over_at = now
        intent.save(update_fields=["over_at"])


def _codes_only(detail: dict[str, object]) -> dict[str, object]:
    return {key: str(value)[:80] for key, value in detail.items() if key in _DETAILS and value}
