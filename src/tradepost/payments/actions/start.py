"""Beginning to be paid."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tradepost.lib import clock
from tradepost.lib.money import Money
from tradepost.merchants.models import Merchant
from tradepost.payments.models import PaymentIntent
from tradepost.payments.queries import account_of
from tradepost.payments.registry import gateway_named
from tradepost.payments.types import AmountRefused, GatewayNotReady, PaymentRefused

PAGE_STAYS = timedelta(hours=1)
PAGE_AT_LEAST = timedelta(minutes=31)  # Stripe's pages stay open for half an hour at least


def start_payment(
    *,
    merchant: Merchant,
    amount: Money,
    reference: str,
    method: str,
    key: str,
    label: str,
    return_path: str,
    payer_email: str = "",
    language: str = "en",
) -> PaymentIntent:
    """Write down that ``reference`` is to be paid; calls nobody, so it may stand inside a transaction.

    Repeating it with the same ``key`` returns the first row. Send the payer to :func:`pay_path` when
    the transaction is over; ways of paying without a page lead straight back to ``return_path``.

    Raises:
        GatewayNotReady: the merchant does not offer this way of paying.
        AmountRefused: it does not take this amount or currency.
    """
    account = account_of(merchant, method)
    if amount and not (account.enabled and gateway_named(method).is_ready(account)):
        raise GatewayNotReady(_("This shop does not offer that way of paying."))
    problem = gateway_named(method).why_not(amount) if amount else ""
    if problem:
        raise AmountRefused(problem)
    intent, _made = PaymentIntent.objects.get_or_create(
        merchant=merchant,
        key=key,
        defaults={
            "gateway": method,
            "reference": reference,
            "label": label,
            "amount_minor": amount.minor,
            "currency": amount.currency,
            "payer_email": payer_email,
            "language": language,
            "return_path": return_path,
        },
    )
    return intent


def pay_path(intent: PaymentIntent) -> str:
    """Where to send the payer: our own address, which asks the gateway for its page and goes there."""
    if not intent.amount or not gateway_named(intent.gateway).redirects:
        return intent.return_path
    return reverse("payments:pay", args=[intent.public_id])


def open_payment_page(*, intent: PaymentIntent, base_url: str) -> str:
    """Address of the provider's page for this payment; asks the provider unless it is still good.

    The page closes after :data:`PAGE_STAYS`, so that goods do not wait long for somebody who has left.
    The provider is called with the payment's own idempotency key and outside any transaction: two
    clicks and a crash between call and save all lead to the same page.

    Raises: PaymentRefused, GatewayUnreachable.
    """
    if intent.over_at or intent.has_run_out:
        raise PaymentRefused(_("This payment is over. Start again from your order."))
    if intent.page_url:
        return intent.page_url
    account = account_of(intent.merchant, intent.gateway)
    gateway_named(intent.gateway).open_page(account, intent, base_url, _closing_time(intent))
    with transaction.atomic():
        intent.save(update_fields=["session_id", "payment_id", "page_url", "page_until"])
    return intent.page_url


def close_payment_page(*, intent: PaymentIntent) -> None:
    """The payer has chosen another way: nobody shall pay here as well. Call it outside a transaction.

    Where the provider does not answer, or the page is closed already, the comparison finds out later; the
    page closes by itself after :data:`PAGE_STAYS`.
    """
    account = account_of(intent.merchant, intent.gateway)
    with suppress(PaymentRefused):
        gateway_named(intent.gateway).close_page(account, intent)


def _closing_time(intent: PaymentIntent) -> datetime:
    """Settled before the provider is asked: who asks again, asks for the same page."""
    soonest = clock.now() + PAGE_AT_LEAST
    with transaction.atomic():
        locked = PaymentIntent.objects.select_for_update().get(pk=intent.pk)
        if locked.page_until is None or locked.page_until < soonest:
            locked.page_until = (clock.now() + PAGE_STAYS).replace(microsecond=0)
            locked.save(update_fields=["page_until"])
    return locked.page_until
