"""Taking in what a provider says: by message, or by asking."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.db.models import F

from tradepost.audit.types import SYSTEM
from tradepost.lib import clock
from tradepost.payments.actions.connection import confirm_connection, note_other_signature
from tradepost.payments.actions.record import record_fact
from tradepost.payments.models import GatewayAccount, PaymentIntent, WebhookNotice
from tradepost.payments.queries import account_of
from tradepost.payments.registry import gateway_named
from tradepost.payments.types import BadSignature, News, ProviderMessage


def receive_webhook(
    *, account: GatewayAccount, body: bytes, headers: Mapping[str, str]
) -> WebhookNotice:
    """Check a message, note it, and write its facts. Repeating it changes only the count of repeats.

    Raises:
        BadSignature: nothing was written, but that it came, where a test waits for a message.
        GatewayUnreachable: a question to the provider stayed unanswered; it should send again.
    """
    try:
        notice = gateway_named(account.gateway).read_webhook(account, body, headers)
    except BadSignature:
        note_other_signature(account=account)
        raise
    row = _note(account, notice)
    if notice.proves:
        confirm_connection(account=account, mark=notice.proves)
    written = sum(1 for news in notice.news if _take(news))
    outcome = f"{written} new" if written else "nothing new"
    WebhookNotice.objects.filter(pk=row.pk).update(outcome=outcome)
    return row


def find_out(*, intent: PaymentIntent) -> int:
    """Ask the provider what became of a payment and write down what is new; returns how many lines.

    Raises: GatewayUnreachable, PaymentRefused.
    """
    account = account_of(intent.merchant, intent.gateway)
    found = gateway_named(intent.gateway).find_out(account, intent)
    intent.asked_at = clock.now()
    intent.save(update_fields=["asked_at", "payment_id"])
    return sum(1 for fact in found if record_fact(intent=intent, fact=fact, by=SYSTEM))


def _note(account: GatewayAccount, notice: ProviderMessage) -> WebhookNotice:
    rows = WebhookNotice.objects.filter(account=account, event_id=notice.event_id)
    try:
        with transaction.atomic():
            return WebhookNotice.objects.create(
                merchant_id=account.merchant_id,
                account=account,
                event_id=notice.event_id,
                event_type=notice.event_type[:80],
            )
    except IntegrityError:
        rows.update(repeats=F("repeats") + 1)
        return rows.get()


def _take(news: News) -> bool:
    if news.payment_id and not news.intent.payment_id:
        PaymentIntent.objects.filter(pk=news.intent.pk).update(payment_id=news.payment_id)
    if news.fact is None:
        return False
    return record_fact(intent=news.intent, fact=news.fact, by=SYSTEM) is not None
