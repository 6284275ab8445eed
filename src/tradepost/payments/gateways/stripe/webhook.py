"""Stripe's signed messages, turned into news of our payments.

They come repeated, late and in any order. Nothing here depends on what came before: each message says
what it knows, the ledger takes each fact once, and sums are worked out from all of them.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tradepost.datamap.columns.opaque_id import row_number
from tradepost.lib.lazy_modules import LazyModule
from tradepost.lib.opaque import UnknownId
from tradepost.payments.gateways.sealed import unseal_secrets
from tradepost.payments.gateways.stripe import facts
from tradepost.payments.gateways.stripe.client import stripe_client
from tradepost.payments.gateways.stripe.connection import proves
from tradepost.payments.models import GatewayAccount, PaymentIntent
from tradepost.payments.types import BadSignature, EventKind, Fact, News, ProviderMessage

if TYPE_CHECKING:
    import stripe
else:
    stripe = LazyModule("stripe")

MAX_BYTES = 1_000_000


def read(account: GatewayAccount, body: bytes, signature: str) -> ProviderMessage:
    """Check the signature over the raw body (five minutes' tolerance; Stripe signs each try anew).

    Raises:
        BadSignature
    """
    secret = unseal_secrets(account).get("webhook_secret", "")
    if not secret or len(body) > MAX_BYTES:
        raise BadSignature
    try:
        event = stripe.Webhook.construct_event(body, signature, secret, api_key="none")
    except (stripe.SignatureVerificationError, ValueError, KeyError) as error:
        raise BadSignature from error
    thing = event.data.object.to_dict()
    news = tuple(_news(account, event.type, thing, event.id))
    return ProviderMessage(
        event_id=event.id,
        event_type=event.type,
        news=tuple(_at(item, event.created) for item in news),
        proves=proves(event.type, thing),
    )


def _at(news: News, seconds: int) -> News:
    """What the object itself cannot date (it knows only when it was made) happened when Stripe said so."""
    if news.fact is None or news.fact.kind == EventKind.EXPIRED:
        return news
    fact = replace(news.fact, at=datetime.fromtimestamp(seconds, UTC))
    return replace(news, fact=fact)


def _news(account: GatewayAccount, kind: str, thing: facts.Thing, event_id: str) -> Iterator[News]:
    if kind.startswith("checkout.session."):
        intent = _by_mark(account, thing)
        if intent:
            payment = str(thing.get("payment_intent") or "")
            found = (
                iter([facts.from_failed_session(thing, event_id)])
                if kind == "checkout.session.async_payment_failed"
                else facts.from_session(thing, event_id)
            )
            yield from _each(intent, found, payment_id=payment)
    elif kind.startswith("payment_intent."):
        intent = _by_mark(account, thing)
        if intent:
            found = facts.from_payment(thing, event_id)
            yield from _each(intent, found, payment_id=str(thing["id"]))
    elif kind.startswith(("refund.", "charge.refund.")):
        yield from _refund_news(account, thing, event_id)
    elif kind == "charge.dispute.created":
        intent = _by_payment(account, str(thing.get("payment_intent") or ""))
        if intent:
            yield from _each(intent, facts.from_dispute(thing, event_id))


def _each(intent: PaymentIntent, found: Iterator[Fact], payment_id: str = "") -> Iterator[News]:
    facts_found = list(found)
    if not facts_found and payment_id:
        yield News(intent=intent, fact=None, payment_id=payment_id)
    for fact in facts_found:
        yield News(intent=intent, fact=fact, payment_id=payment_id)


def _refund_news(account: GatewayAccount, thing: facts.Thing, event_id: str) -> Iterator[News]:
    intent = _by_payment(account, str(thing.get("payment_intent") or ""))
    if intent is None:
        return
    yield from _each(intent, facts.from_refund(thing, event_id))


def _by_mark(account: GatewayAccount, thing: facts.Thing) -> PaymentIntent | None:
    """By the mark we put on it; a payment of another shop's, or none of ours, is nobody's."""
    mark = str((thing.get("metadata") or {}).get("tradepost_intent") or "")
    try:
        number = row_number(PaymentIntent._meta.label_lower, mark)
    except UnknownId:
        return None
    return PaymentIntent.objects.filter(pk=number, merchant=account.merchant).first()


def _by_payment(account: GatewayAccount, payment: str) -> PaymentIntent | None:
    """Known already, or, when a refund's message overtook the payment's, by asking Stripe."""
    if not payment:
        return None
    known = PaymentIntent.objects.filter(merchant=account.merchant, payment_id=payment).first()
    if known:
        return known
    with stripe_client(account, reference=payment) as client:
        return _by_mark(account, client.v1.payment_intents.retrieve(payment).to_dict())
