"""Stripe's objects, read as facts of our ledger, in our own minor units. Unknown states say nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tradepost.payments.gateways.stripe.amounts import from_stripe
from tradepost.payments.types import EventKind, Fact

Thing = dict[str, Any]  # an object of the SDK, ``to_dict()``


def from_session(session: Thing, event_id: str = "") -> Iterator[Fact]:
    """A Checkout Session: https://docs.stripe.com/api/checkout/sessions/object.

    One that is complete but unpaid is money under way (a bank debit), unless its payment, where the
    session shows it, has failed meanwhile. Nothing else counts as under way: somebody who stands
    before a 3-D Secure question may as well have gone home.
    """
    payment = session.get("payment_intent")
    if session.get("payment_status") == "paid" and payment:
        yield Fact(
            kind=EventKind.CAPTURED,
            fact_id=f"captured:{payment if isinstance(payment, str) else payment['id']}",
            amount_minor=from_stripe(session["amount_total"], session["currency"]),
            gateway_event_id=event_id,
        )
    elif session["status"] == "complete" and _has_failed(payment):
        yield from_failed_session(session, event_id)
    elif session["status"] == "complete" and payment:
        yield Fact(
            kind=EventKind.PENDING, fact_id=f"pending:{session['id']}", gateway_event_id=event_id
        )
    if session["status"] == "expired":
        yield Fact(
            kind=EventKind.EXPIRED,
            fact_id=f"expired:{session['id']}",
            at=_time(session.get("expires_at")),
            gateway_event_id=event_id,
        )


def from_failed_session(session: Thing, event_id: str = "") -> Fact:
    """The money that was under way did not come; the session takes no second try."""
    name = f"cancelled:{session['id']}"
    return Fact(kind=EventKind.CANCELLED, fact_id=name, gateway_event_id=event_id)


def _has_failed(payment: Thing | str | None) -> bool:
    return isinstance(payment, dict) and payment["status"] in {
        "requires_payment_method",
        "canceled",
    }


def from_payment(payment: Thing, event_id: str = "") -> Iterator[Fact]:
    """A PaymentIntent: https://docs.stripe.com/payments/paymentintents/lifecycle."""
    name, at = payment["id"], _time(payment.get("created"))
    status = payment["status"]
    if status == "succeeded":
        yield Fact(
            kind=EventKind.CAPTURED,
            fact_id=f"captured:{name}",
            amount_minor=from_stripe(payment["amount_received"], payment["currency"]),
            at=at,
            gateway_event_id=event_id,
        )
    elif status == "requires_capture":
        amount = from_stripe(payment["amount_capturable"], payment["currency"])
        yield Fact(
            kind=EventKind.AUTHORISED, fact_id=f"authorised:{name}", amount_minor=amount, at=at
        )
    elif status == "canceled":
        yield Fact(kind=EventKind.CANCELLED, fact_id=f"cancelled:{name}", at=at)
    problem = payment.get("last_payment_error")
    if problem and status != "succeeded":
        yield Fact(
            kind=EventKind.FAILED,
            fact_id=f"failed:{problem.get('charge') or name}",
            gateway_event_id=event_id,
            detail={"code": problem.get("code"), "decline_code": problem.get("decline_code")},
        )


def from_refund(refund: Thing, event_id: str = "") -> Iterator[Fact]:
    """A Refund; one made in Stripe's own dashboard is also noted as asked for, so that sums agree."""
    name, at, mark = refund["id"], _time(refund.get("created")), _mark(refund)
    amount = from_stripe(refund["amount"], refund["currency"])
    if not mark:
        yield Fact(kind=EventKind.REFUND_ASKED, fact_id=f"asked:{name}", amount_minor=amount, at=at)
    if refund["status"] == "succeeded":
        yield Fact(
            kind=EventKind.REFUNDED,
            fact_id=f"refunded:{name}",
            amount_minor=amount,
            at=at,
            gateway_event_id=event_id,
            refund_mark=mark,
        )
    elif refund["status"] in {"failed", "canceled"}:
        yield Fact(
            kind=EventKind.REFUND_FAILED,
            fact_id=f"refund_failed:{name}",
            amount_minor=amount,
            gateway_event_id=event_id,
            refund_mark=mark,
            detail={"code": refund.get("failure_reason")},
        )


def from_dispute(dispute: Thing, event_id: str = "") -> Iterator[Fact]:
    yield Fact(
        kind=EventKind.DISPUTED,
        fact_id=f"disputed:{dispute['id']}",
        amount_minor=from_stripe(dispute["amount"], dispute["currency"]),
        at=_time(dispute.get("created")),
        gateway_event_id=event_id,
        detail={"code": dispute.get("reason")},
    )


def _mark(refund: Thing) -> str:
    """The public id of our own refund row; empty for one made elsewhere."""
    return str((refund.get("metadata") or {}).get("tradepost_refund") or "")


def _time(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
