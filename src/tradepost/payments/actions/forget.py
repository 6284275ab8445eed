"""Payments go with what they paid for."""

from collections.abc import Sequence

from tradepost.merchants.models import Merchant
from tradepost.payments.models import PaymentIntent


def forget_payments(*, merchant: Merchant, references: Sequence[str]) -> int:
    """Delete the attempts to pay these things with their ledger lines; the caller writes the record."""
    rows = PaymentIntent.objects.filter(merchant=merchant, reference__in=references)
    return rows.delete()[0]
