"""Every read of the orders room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django_scopes import get_scope

from tradepost.datamap.vocabulary import Purpose
from tradepost.lib import clock
from tradepost.lib.money import Money
from tradepost.merchants.appearance import look_of
from tradepost.merchants.models import Merchant
from tradepost.orders.models import (
    Invoice,
    Order,
    OrderAddress,
    OrderEvent,
    OrderHold,
    OrderLine,
    OrderSettings,
    RemoteCall,
)
from tradepost.orders.models.invoice import INVOICE_WORDS
from tradepost.orders.models.order import ORDER_WORDS, in_state
from tradepost.orders.parcels.carriers import tracking_url
from tradepost.orders.parcels.postal import printed_address
from tradepost.orders.types import OrderState
from tradepost.payments.models import PaymentEvent, PaymentIntent
from tradepost.payments.queries import (
    amounts,
    amounts_of,
    instructions,
    intents_of,
    ledger,
    payment_methods,
    refunds_by_hand,
    taken_by_day,
)
from tradepost.payments.registry import gateways
from tradepost.payments.types import PaymentState
from tradepost.rights.queries import standing_of, stopped_addresses
from tradepost.ui.paging import COUNTED

# Besides the states: what is neither cancelled nor archived, and every order.
CURRENT, ALL = "current", "all"
SORTS = {
    "number": "number",
    "placed": "placed_at",
    "name": "name",
    "total": "total_minor",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """What the list, the API and exports can be narrowed by; empty values do nothing."""

    search: str = ""
    state: str = ""
    payment: str = ""
    placed_from: date | None = None
    placed_until: date | None = None
    sort: str = "-number"

    def in_state(self, state: str) -> "OrderFilter":
        return replace(self, state=state)

    def as_details(self) -> dict[str, str]:
        """For a job's row, which keeps JSON."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name in self.__slots__
            if (value := getattr(self, name))
        }

    @classmethod
    def from_details(cls, details: Mapping[str, str]) -> "OrderFilter":
        values: dict[str, Any] = dict(details)
        for name in ("placed_from", "placed_until"):
            if values.get(name):
                values[name] = date.fromisoformat(values[name])
        return cls(**values)


def orders_of(merchant: Merchant, chosen: OrderFilter | None = None) -> QuerySet[Order]:
    """The merchant's orders, newest number first unless sorted otherwise."""
    chosen = chosen or OrderFilter()
    rows = Order.objects.filter(merchant=merchant)
    from_page = OrderLine.objects.filter(order=OuterRef("pk"), price_from_page=True)
    rows = rows.annotate(has_page_price=Exists(from_page))
    if chosen.state == CURRENT:
        rows = rows.filter(cancelled_at=None, archived_at=None)
    elif chosen.state in OrderState.values:
        rows = rows.filter(in_state(chosen.state))
    if chosen.payment in PaymentState.values:
        rows = rows.filter(payment_state=chosen.payment)
    rows = rows.filter(_placed_between(merchant, chosen.placed_from, chosen.placed_until))
    if chosen.search:
        rows = _matching(merchant, rows, chosen.search.strip())
    column = SORTS.get(chosen.sort.removeprefix("-"))
    if column is None:
        return rows.order_by("-number", "-pk")
    sign = "-" if chosen.sort.startswith("-") else ""
    return rows.order_by(f"{sign}{column}", f"{sign}pk")


def usable_orders(merchant: Merchant, chosen: OrderFilter | None = None) -> QuerySet[Order]:
    """Those whose customer's data may leave the screen: in an export or through the API."""
    stopped = stopped_addresses(merchant, Purpose.ORDERS)
    return orders_of(merchant, chosen).exclude(email__in=stopped)


def _placed_between(merchant: Merchant, first: date | None, last: date | None) -> Q:
    """Both days whole, as days are where the shop is."""
    zone, between = ZoneInfo(merchant.time_zone), Q()
    if first:
        between &= Q(placed_at__gte=datetime.combine(first, time.min, zone))
    if last:
        between &= Q(placed_at__lte=datetime.combine(last, time.max, zone))
    return between


def _matching(merchant: Merchant, rows: QuerySet[Order], words: str) -> QuerySet[Order]:
    """By number (``1001``, ``#1001``), by that of an invoice (``INV-1002``), or by name and e-mail."""
    bare = words.removeprefix("#")
    if is_number(bare):
        return ORDER_WORDS.matching(rows, bare, columns=("telephone",), also=Q(number=int(bare)))
    papers = papers_numbered(merchant, words)
    numbered = Q(pk__in=list(papers.values_list("order", flat=True))) if papers else None
    return ORDER_WORDS.matching(rows, words, also=numbered)


def is_number(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) < 12


def papers_numbered(merchant: Merchant, words: str) -> QuerySet[Invoice] | None:
    """Invoices and credit notes whose number is written so, with what stands before it."""
    bare = words.rstrip("0123456789")
    number = words[len(bare) :]
    if not is_number(number):
        return None
    return Invoice.objects.filter(merchant=merchant, number=int(number), prefix__iexact=bare)


def with_everything(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Lines and addresses in two more queries, however many orders."""
    return rows.select_related("merchant").prefetch_related(
        Prefetch("lines", OrderLine.objects.order_by("position")), "addresses"
    )


def settings_of(merchant: Merchant) -> OrderSettings:
    """The merchant's settings, or unsaved defaults."""
    return OrderSettings.objects.filter(merchant=merchant).first() or OrderSettings(
        merchant=merchant
    )


def seller_name(merchant: Merchant) -> str:
    """Who sells: on invoices and as the sender of parcels."""
    return settings_of(merchant).seller_name or merchant.name


def address_of(order: Order, use: str) -> OrderAddress | None:
    """Of one use; goods go to the billing address where there is no other."""
    found = {address.use: address for address in order.addresses.all()}
    return found.get(use) or found.get(OrderAddress.Use.BILLING)


def active_hold(order: Order, now: datetime | None = None) -> OrderHold | None:
    """The hold that ends last, if any is in force."""
    holds = order.holds.filter(lifted_at=None, until__gt=now or clock.now())
    return holds.order_by("-until").first()


def refundable(order: Order) -> Money:
    """What can be given back in one go: the most of any one payment of the order."""
    left = [amounts(attempt).refundable for attempt in intents_of(order.merchant, order.reference)]
    return max(left, default=Money(0, order.currency))


def refunds_by_provider(order: Order) -> bool:
    """A provider sends the money back of the payment that would be refunded; else the merchant does."""
    attempts = intents_of(order.merchant, order.reference)
    fullest = max(attempts, key=lambda attempt: amounts(attempt).refundable, default=None)
    gateway = gateways.get(fullest.gateway) if fullest else None
    return gateway is None or not gateway.manual


def refundable_attempts(order: Order, amount: Money) -> list[PaymentIntent]:
    """Payments of the order that still hold the amount, the fullest first."""
    attempts = [
        (amounts(attempt).refundable, attempt)
        for attempt in intents_of(order.merchant, order.reference)
    ]
    fit = [(left, attempt) for left, attempt in attempts if amount <= left]
    return [attempt for _left, attempt in sorted(fit, key=lambda item: item[0], reverse=True)]


def attempt_of(order: Order) -> PaymentIntent:
    """The latest attempt to pay; an unsaved one, fit for instructions, before the first."""
    latest = intents_of(order.merchant, order.reference).first()
    return latest or PaymentIntent(
        merchant=order.merchant,
        gateway=order.payment_method,
        reference=order.reference,
        label=order_label(order),
        amount_minor=order.due.minor,
        currency=order.currency,
        language=order.language,
    )


def names_in_record(numbers: Sequence[int]) -> dict[int, str]:
    """What the access record calls orders; one that is gone has no name any more."""
    # The shop is compared here: asked of the database, it might go through all orders of the shop.
    shop = get_scope()["merchant"]
    rows = Order._base_manager.filter(pk__in=numbers).values_list("pk", "number", "merchant")
    return {
        pk: _("order %(number)s") % {"number": number}
        for pk, number, merchant_id in rows
        if merchant_id == shop.pk
    }


def order_label(order: Order) -> str:
    """What the payer reads on bank statements and payment pages."""
    with translation.override(order.language):
        return _("Order %(number)s") % {"number": order.number}


def leads_away(order: Order) -> bool:
    """The customer pays on a provider's page, and may leave it without."""
    gateway = gateways.get(order.payment_method)
    return gateway is not None and gateway.redirects


def waits_for_merchant(order: Order) -> bool:
    """There is something to do: not while a payment page is open that may be left unpaid."""
    if order.waits_for_approval:
        return True
    unpaid = order.payment_state in {PaymentState.OPEN, PaymentState.FAILED}
    return not (unpaid and not order.is_paid and leads_away(order))


def ways_to_pay(order: Order) -> list[tuple[str, str]]:
    """Name and label of every way in which this order can be paid now."""
    return payment_methods(order.merchant, order.due, brought=order.is_brought)


def payment_events(order: Order) -> QuerySet[PaymentEvent]:
    return ledger(order.merchant, order.reference)


def waiting_count(merchant: Merchant) -> int:
    """Without those that a payment page was left for, which nobody has to do anything about."""
    left = Q(
        payment_method__in=[name for name, gateway in gateways.items() if gateway.redirects],
        payment_state__in=[PaymentState.OPEN, PaymentState.FAILED],
        total_minor__gt=0,
    )
    rows = Order.objects.filter(in_state(OrderState.WAITING), merchant=merchant).exclude(left)
    return rows.order_by().values("pk")[: COUNTED + 1].count()


def sold_in(merchant: Merchant, days: int) -> dict[date, int]:
    """Paid minor units of the shop's currency by day, of the last ``days`` days; empty days are left out."""
    return taken_by_day(merchant, since=clock.now() - timedelta(days=days))


def by_token(token: str) -> Order | None:
    """Call without a scope: the token is the key. Unknown and erased look the same."""
    return Order.objects.select_related("merchant").filter(token=token).first() if token else None


def order_page(order: Order) -> dict[str, object]:
    """All that the back office shows of one order; the number of queries does not grow with it."""
    events = list(payment_events(order))
    sums = amounts_of(events, order.currency)
    return {
        "order": order,
        "standing": standing_of(merchant_id=order.merchant_id, email=order.email),
        "lines": order.lines.all(),
        "billing": printed_address(address_of(order, OrderAddress.Use.BILLING), order.merchant),
        "deliver_to": printed_address(address_of(order, OrderAddress.Use.DELIVERY), order.merchant),
        "sums": {
            "goods": order.money(order.goods_minor),
            "discount": order.money(-order.discount_minor),
            "delivery": order.money(order.delivery_minor),
            "tax": order.money(order.tax_minor),
            "total": order.total,
            "paid": order.money(order.paid_minor),
            "refunded": order.money(order.refunded_minor),
            "kept": order.money(order.paid_minor - order.refunded_minor),
            "authorised": order.money(sums.authorised_minor),
            "pending": order.money(sums.refund_pending_minor),
            "due": order.due,
        },
        "payments": events,
        "refundable": sums.refundable,
        "gateway": gateways.get(order.payment_method),
        "timeline": order.events.select_related("by").order_by("pk"),
        "invoices": order.invoices.order_by("number"),
        "hold": active_hold(order),
        "by_hand": list(refunds_by_hand(order.merchant, order.reference)),
        "not_waiting": not order.cancelled_at and not waits_for_merchant(order),
        "tracking_url": tracking_url(order.carrier, order.tracking_number),
        "call": RemoteCall.objects.filter(order=order).prefetch_related("tries").first(),
    }


def follow_page(order: Order) -> dict[str, Any]:
    """What the customer sees of the order."""
    attempt = attempt_of(order)
    unpaid = not order.is_paid and not order.cancelled_at and not order.waits_for_approval
    due_back = list(refunds_by_hand(order.merchant, order.reference))
    is_pending = order.payment_state == PaymentState.PENDING
    return {
        "order": order,
        "shop": look_of(order.merchant),
        "lines": order.lines.all(),
        "deliver_to": printed_address(address_of(order, OrderAddress.Use.DELIVERY), order.merchant),
        "discount": order.money(-order.discount_minor),
        "delivery": order.money(order.delivery_minor),
        "tax": order.money(order.tax_minor),
        "refunded": order.money(order.refunded_minor),
        "instructions": instructions(attempt) if unpaid else None,
        "can_pay": unpaid and not is_pending and leads_away(order),
        "ways": ways_to_pay(order) if unpaid and not is_pending else [],
        "due_back": order.money(sum(refund.amount_minor for refund in due_back)),
        "account_missing": any(not refund.payee_iban for refund in due_back),
        "tracking_url": tracking_url(order.carrier, order.tracking_number),
        "is_pending": is_pending,
        "pay_until": order.pay_until if unpaid else None,
        "has_failed": unpaid and order.payment_state == PaymentState.FAILED,
        "invoices": order.invoices.order_by("number"),
    }


def invoices_of(merchant: Merchant, words: str = "") -> QuerySet[Invoice]:
    """Newest first, found by number or by the buyer's name."""
    rows, words = Invoice.objects.filter(merchant=merchant).order_by("-number"), words.strip()
    bare = words.removeprefix("#")
    if is_number(bare):
        # Each by its own index; in the list's order, SQLite would look for them along the numbers.
        found = rows.order_by()
        numbers = (found.filter(**{column: int(bare)}) for column in ("number", "order_number"))
        return rows.filter(pk__in=[row.pk for some in numbers for row in some.only("pk")[:50]])
    if not words:
        return rows
    papers = papers_numbered(merchant, words)
    numbered = Q(pk__in=list(papers.values_list("pk", flat=True))) if papers else None
    return INVOICE_WORDS.matching(rows, words, also=numbered)


def invoices_between(merchant: Merchant, chosen: OrderFilter) -> QuerySet[Invoice]:
    """For exports: by words and by the days on which they were issued where the shop is, oldest first."""
    zone, rows = ZoneInfo(merchant.time_zone), invoices_of(merchant, chosen.search)
    if chosen.placed_from:
        rows = rows.filter(issued_at__gte=datetime.combine(chosen.placed_from, time.min, zone))
    if chosen.placed_until:
        rows = rows.filter(issued_at__lte=datetime.combine(chosen.placed_until, time.max, zone))
    return rows.order_by("number")


def missing_of_seller(merchant: Merchant) -> set[str]:
    """What the law wants on an invoice and the shop has not said (Directive 2006/112/EC, Article 226)."""
    missing = set()
    if not settings_of(merchant).seller_tax_id.strip():
        missing.add("tax_id")
    if not merchant.postal_address.strip():
        missing.add("address")
    return missing


def remote_calls(merchant: Merchant) -> QuerySet[RemoteCall]:
    """The latest hundred with their tries."""
    rows = RemoteCall.objects.filter(merchant=merchant).select_related("order")
    return rows.prefetch_related("tries").order_by("-pk")[:100]


def events_after(merchant: Merchant, cursor: int) -> QuerySet[OrderEvent]:
    """The feed for programs: oldest first, from a row number on."""
    return OrderEvent.objects.filter(merchant=merchant, pk__gt=cursor).order_by("pk")
