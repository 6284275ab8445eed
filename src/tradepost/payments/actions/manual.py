"""What the merchant says of money that no provider reports: it came, or it was paid back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tradepost.audit.types import Actor
from tradepost.lib import clock
from tradepost.lib.money import Money
from tradepost.payments.actions.record import Teller, publish_line, record_fact
from tradepost.payments.models import PaymentEvent, PaymentIntent, Refund
from tradepost.payments.registry import gateway_named
from tradepost.payments.types import EventKind, Fact, PaymentRefused


def confirm_received(
    *,
    intent: PaymentIntent,
    amount: Money,
    by: Actor,
    key: str = "all",
    tell: Teller = publish_line,
) -> PaymentEvent | None:
    """Note that money came by bank or cash; None when that was noted before under the same ``key``.

    ``tell``: who hears of it, in place of those who listen to the ledger's event.

    Raises:
        PaymentRefused: the provider reports this kind of payment itself.
    """
    if not gateway_named(intent.gateway).manual:
        raise PaymentRefused(_("The payment provider reports this by itself."))
    fact = Fact(
        kind=EventKind.CAPTURED,
        fact_id=f"captured:row-{intent.pk}-{key}",
        amount_minor=amount.minor,
    )
    return record_fact(intent=intent, fact=fact, by=by, tell=tell)


def confirm_refunded(
    *, refund: Refund, by: Actor, sent_at: datetime | None = None
) -> PaymentEvent | None:
    """Note that the merchant has paid a refund back by hand; None when that was noted before.

    The customer's account number is forgotten with it.

    Raises:
        PaymentRefused: a provider gives this money back, or it was called off.
    """
    return _answer(refund, EventKind.REFUNDED, by, sent_at)


def call_off_refund(*, refund: Refund, by: Actor) -> PaymentEvent | None:
    """The merchant does not pay this back after all; None when that was noted before.

    Raises:
        PaymentRefused: a provider gives this money back, or it was sent already.
    """
    return _answer(refund, EventKind.REFUND_FAILED, by, None)


def name_payee(*, refund: Refund, iban: str) -> bool:
    """Where the money goes; False once it is sent, called off, or a provider's to send."""
    if not gateway_named(refund.intent.gateway).manual:
        return False
    open_ones = Refund.objects.filter(pk=refund.pk, settled_at=None)
    return bool(open_ones.update(payee_iban=iban))


def _answer(refund: Refund, kind: EventKind, by: Actor, at: datetime | None) -> PaymentEvent | None:
    """One answer for each refund: the payment's row is locked while it is looked for."""
    intent = refund.intent
    if not gateway_named(intent.gateway).manual:
        raise PaymentRefused(_("The payment provider reports this by itself."))
    with transaction.atomic():
        PaymentIntent.objects.select_for_update().get(pk=intent.pk)
        known = PaymentEvent.objects.filter(
            refund=refund, kind__in=[EventKind.REFUNDED, EventKind.REFUND_FAILED]
        ).first()
        if known and known.kind != kind:
            sent = _("This refund was sent already.")
            raise PaymentRefused(
                sent if known.kind == EventKind.REFUNDED else _("It was called off.")
            )
        refund.refresh_from_db()
        fact = Fact(
            kind=kind,
            fact_id=f"{kind.value}:row-{refund.pk}",
            amount_minor=refund.amount_minor,
            at=min(at or clock.now(), clock.now()),
        )
        return record_fact(intent=intent, fact=fact, refund=refund, by=by)
