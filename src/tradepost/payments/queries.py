"""Every read of the payments room."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.db.models import CharField, Q, QuerySet, Sum
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext as _

from tradepost.lib.money import Money
from tradepost.merchants.models import Merchant
from tradepost.payments.gateways.protocol import PaymentGateway
from tradepost.payments.models import GatewayAccount, PaymentEvent, PaymentIntent, Refund
from tradepost.payments.registry import gateways
from tradepost.payments.types import Amounts, EventKind, Instructions


def account_of(merchant: Merchant, gateway: str) -> GatewayAccount:
    """The merchant's settings of a gateway; a new unsaved row with it switched off if there are none."""
    found = GatewayAccount.objects.filter(merchant=merchant, gateway=gateway).first()
    return found or GatewayAccount(merchant=merchant, gateway=gateway, enabled=False)


def payment_methods(
    merchant: Merchant, amount: Money | None = None, *, brought: bool = True
) -> list[tuple[str, str]]:
    """Name and label of every way of paying that the checkout may offer now; one query.

    ``amount``: only those that can take it. ``brought``: goods are brought to the buyer's door.
    """
    accounts = {row.gateway: row for row in GatewayAccount.objects.filter(merchant=merchant)}
    return [
        (name, gateway.checkout_label(accounts[name]))
        for name, gateway in gateways.items()
        if _is_offered(gateway, accounts.get(name))
        and (brought or not gateway.needs_delivery)
        and not (amount and gateway.why_not(amount))
    ]


def reasons_against(merchant: Merchant, amount: Money, *, brought: bool = True) -> list[str]:
    """Why the ways of paying that the shop offers otherwise are not offered for this order."""
    accounts = {row.gateway: row for row in GatewayAccount.objects.filter(merchant=merchant)}
    reasons = [
        _why_not(gateway, amount, brought=brought)
        for name, gateway in gateways.items()
        if _is_offered(gateway, accounts.get(name))
    ]
    return [reason for reason in reasons if reason]


def _why_not(gateway: PaymentGateway, amount: Money, *, brought: bool) -> str:
    if gateway.needs_delivery and not brought:
        return _("Payment on delivery needs a parcel, and here there is none.")
    return gateway.why_not(amount)


def gateway_labels() -> list[tuple[str, str]]:
    """Every way of paying that there is, by the merchant's word for it."""
    return [(name, str(gateway.label)) for name, gateway in gateways.items()]


def _is_offered(gateway: PaymentGateway, account: GatewayAccount | None) -> bool:
    return account is not None and account.enabled and gateway.is_ready(account)


def amounts_of(events: Iterable[PaymentEvent], currency: str) -> Amounts:
    """Add up ledger lines of one or of several payments of the same thing, in whatever order they came.

    A refund that failed after it was reported as done counts as failed; what was under way in a payment
    that is over did not come.
    """
    lines = list(events)
    sums: dict[str, int] = dict.fromkeys(EventKind.values, 0)
    by_refund: dict[str, dict[str, int]] = {EventKind.REFUNDED: {}, EventKind.REFUND_FAILED: {}}
    for event in lines:
        sums[event.kind] += event.amount_minor
        if event.kind in by_refund:
            by_refund[event.kind][event.fact_id.partition(":")[2]] = event.amount_minor
    done, failed = by_refund[EventKind.REFUNDED], by_refund[EventKind.REFUND_FAILED]
    answered = sum((done | failed).values())
    over = _intents(lines, EventKind.EXPIRED, EventKind.CANCELLED)
    waiting = _intents(lines, EventKind.PENDING, EventKind.AUTHORISED) - over
    return Amounts(
        currency=currency,
        authorised_minor=sums[EventKind.AUTHORISED],
        captured_minor=sums[EventKind.CAPTURED],
        refunded_minor=sum(amount for name, amount in done.items() if name not in failed),
        refund_pending_minor=max(sums[EventKind.REFUND_ASKED] - answered, 0),
        pending=bool(waiting),
        failed=bool(over or _intents(lines, EventKind.FAILED)),
    )


def _intents(lines: Iterable[PaymentEvent], *kinds: EventKind) -> set[int]:
    """Row numbers of the payments that have a line of these kinds."""
    return {event.intent_id for event in lines if event.kind in kinds}


def amounts(intent: PaymentIntent) -> Amounts:
    return amounts_of(intent.events.all(), intent.currency)


def ledger(merchant: Merchant, reference: str) -> QuerySet[PaymentEvent]:
    """All lines of all attempts to pay one thing, oldest first."""
    lines = PaymentEvent.objects.filter(merchant=merchant, intent__reference=reference)
    return lines.select_related("intent", "refund").order_by("at", "pk")


def intents_of(merchant: Merchant, reference: str) -> QuerySet[PaymentIntent]:
    return PaymentIntent.objects.filter(merchant=merchant, reference=reference).order_by("-pk")


def refunds_by_hand(merchant: Merchant, reference: str) -> QuerySet[Refund]:
    """Money that the merchant has still to pay back without a provider, oldest first."""
    rows = Refund.objects.filter(merchant=merchant, intent__reference=reference, settled_at=None)
    return rows.filter(intent__gateway__in=manual_names()).select_related("intent").order_by("pk")


def refund_with_key(merchant: Merchant, reference: str, key: str) -> Refund | None:
    """Of this thing's payments only: another one's key is not ours."""
    rows = Refund.objects.filter(merchant=merchant, intent__reference=reference, key=key)
    return rows.select_related("intent").first()


def manual_names() -> list[str]:
    return [name for name, gateway in gateways.items() if gateway.manual]


def instructions(intent: PaymentIntent) -> Instructions | None:
    """How to pay; None where the shop has switched that way of paying off meanwhile."""
    gateway = gateways.get(intent.gateway)
    account = account_of(intent.merchant, intent.gateway)
    if gateway is None or not gateway.is_ready(account):
        return None
    return gateway.instructions(account, intent)


def days_to_pay(merchant: Merchant, method: str) -> int | None:
    """How many days goods wait for a payment by hand; None where that way of paying has no such end."""
    gateway = gateways.get(method)
    return gateway.days_to_pay(account_of(merchant, method)) if gateway else None


def gateway_lines(merchant: Merchant) -> list[dict[str, object]]:
    """Every gateway with whether the shop offers it; one query."""
    accounts = {row.gateway: row for row in GatewayAccount.objects.filter(merchant=merchant)}
    return [
        {
            "gateway": gateway,
            "offered": _is_offered(gateway, accounts.get(name)),
            "wanted": name in accounts and accounts[name].enabled,
        }
        for name, gateway in gateways.items()
    ]


def intent_links(merchant: Merchant) -> Iterator[str]:
    """What stands in the addresses where the shop's customers pay."""
    for intent in PaymentIntent.objects.filter(merchant=merchant).iterator():
        yield intent.public_id


def taken_by_day(merchant: Merchant, *, since: datetime) -> dict[date, int]:
    """Captured minor units of the shop's currency by day (UTC); empty days are left out.

    The database adds up, from an index alone; the currency stands with the intent, which is asked only
    in a shop that has ever had another one.
    """
    events = PaymentEvent.objects.filter(
        merchant=merchant, kind=EventKind.CAPTURED, at__gte=since
    ).order_by()
    other = Q(currency__lt=merchant.currency) | Q(currency__gt=merchant.currency)
    if PaymentIntent.objects.filter(other, merchant=merchant).exists():
        events = events.filter(intent__currency=merchant.currency)
    # The column as text begins with the day; a function for days would be Python's on SQLite.
    days = events.values_list(Substr(Cast("at", CharField()), 1, 10)).annotate(Sum("amount_minor"))
    return {date.fromisoformat(day): minor for day, minor in days}
