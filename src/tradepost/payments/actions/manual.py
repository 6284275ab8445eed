"""What the merchant says of money that no provider reports: it came, or it did not after all."""

from django.db import models

from tradepost.lib.money import Money
from tradepost.payments.actions.record import record_fact
from tradepost.payments.models import PaymentEvent, PaymentIntent
from tradepost.payments.registry import gateway_named
from tradepost.payments.types import EventKind, Fact, PaymentRefused


def confirm_received(
    *, intent: PaymentIntent, amount: Money, by: models.Model | str, key: str = "all"
) -> PaymentEvent | None:
    """Note that money came by bank or cash; None when that was noted before under the same ``key``.

    Raises:
        PaymentRefused: the provider reports this kind of payment itself.
    """
    if not gateway_named(intent.gateway).manual:
        raise PaymentRefused("The payment provider reports this by itself.")
    fact = Fact(
        kind=EventKind.CAPTURED,
        fact_id=f"captured:row-{intent.pk}-{key}",
        amount_minor=amount.minor,
    )
    return record_fact(intent=intent, fact=fact, by=by)
