"""Slices of orders with all that exports say of them; the number of queries does not grow with a slice."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tradepost.merchants.models import Merchant
from tradepost.orders.amounts.taxes import credit, left_of, plain_rate
from tradepost.orders.exports.shares import Share, TaxedShare, shares
from tradepost.orders.models import Invoice, Order, OrderAddress
from tradepost.orders.queries import address_of, with_everything
from tradepost.orders.types import PaperLine, TaxRow
from tradepost.payments.models import PaymentEvent
from tradepost.payments.registry import gateways
from tradepost.payments.types import EventKind


@dataclass(slots=True)
class Books:
    """An order and its papers."""

    order: Order
    invoice: Invoice | None = None
    notes: list[Invoice] = field(default_factory=list)
    refunds: list[PaymentEvent] = field(default_factory=list)

    def shares(self) -> list[Share]:
        order = self.order
        return list(shares(_items(order), order.taxes, with_tax=order.prices_include_tax))


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidBack:
    """One refund: a credit note, or money that went back where no invoice is written."""

    day: date
    shares: list[Share]
    note: Invoice | None = None


def books(merchant: Merchant, numbers: Sequence[int]) -> Iterator[Books]:
    """In the order of the row numbers."""
    orders = with_everything(Order.objects.filter(pk__in=numbers))
    found = {order.pk: Books(order) for order in orders}
    papers = Invoice.objects.filter(merchant=merchant, order__in=list(found)).order_by("pk")
    for paper in papers:
        one = found[paper.order_id or 0]
        if paper.what == Invoice.What.INVOICE:
            one.invoice = paper
        else:
            one.notes.append(paper)
    events = _refunds(merchant, [one.order.reference for one in found.values()])
    for one in found.values():
        one.refunds = events[one.order.reference]
    return (found[number] for number in numbers if number in found)


def _refunds(merchant: Merchant, references: list[str]) -> dict[str, list[PaymentEvent]]:
    lines = PaymentEvent.objects.filter(
        merchant=merchant, kind=EventKind.REFUNDED, intent__reference__in=references
    )
    found: dict[str, list[PaymentEvent]] = defaultdict(list)
    for event in lines.select_related("intent").order_by("at", "pk"):
        found[event.intent.reference].append(event)
    return found


def paid_back(one: Books) -> Iterator[PaidBack]:
    """What was given back, each time by rate. Beyond what was sold (paid twice) it holds no tax."""
    order, credited = one.order, 0
    for note in one.notes:
        items = [_note_item(line) for line in note.lines]
        parts = list(shares(items, note.taxes, with_tax=order.prices_include_tax))
        credited -= note.total_minor
        yield PaidBack(day=order.merchant.day_of(note.issued_at), shares=parts, note=note)
    if one.invoice is None:
        for back in _without_papers(one):
            credited -= sum(share.gross_minor for share in back.shares)
            yield back
    if order.refunded_minor > credited and one.refunds:
        day = order.merchant.day_of(one.refunds[-1].at)
        item = TaxedShare(
            kind="refund", title="Paid twice", amount_minor=credited - order.refunded_minor
        )
        share = Share(item=item, net_minor=item.amount_minor, tax_minor=0)
        yield PaidBack(day=day, shares=[share])


def _without_papers(one: Books) -> Iterator[PaidBack]:
    order, before = one.order, list[Sequence[TaxRow]]()
    remaining = min(order.refunded_minor, order.total_minor)
    for event in one.refunds:
        amount = min(event.amount_minor, remaining)
        if amount <= 0:
            continue
        remaining -= amount
        taken = [_negative(row) for row in credit(left_of(order.taxes, before), amount)]
        before.append(taken)
        item = TaxedShare(kind="refund", title="Refund", amount_minor=0)
        parts = list(shares([item], taken, with_tax=order.prices_include_tax))
        yield PaidBack(day=order.merchant.day_of(event.at), shares=parts)


def _negative(row: TaxRow) -> TaxRow:
    return row | {"net_minor": -row["net_minor"], "tax_minor": -row["tax_minor"]}


def _items(order: Order) -> list[TaxedShare]:
    items = [
        TaxedShare(
            kind="goods",
            title=line.title,
            options=line.options,
            sku=line.sku,
            quantity=line.quantity,
            unit_minor=line.unit_price_minor,
            amount_minor=line.total_minor,
            rate=plain_rate(line.tax_rate),
        )
        for line in order.lines.all()
    ]
    if order.delivery_minor:
        items.append(
            TaxedShare(
                kind="delivery",
                title=order.delivery_label,
                amount_minor=order.delivery_minor,
                rate=plain_rate(order.delivery_tax_rate),
            )
        )
    if order.discount_minor:
        items.append(
            TaxedShare(kind="discount", title=order.coupon, amount_minor=-order.discount_minor)
        )
    return items


def _note_item(line: PaperLine) -> TaxedShare:
    return TaxedShare(
        kind="refund",
        title=line["title"],
        options=line["options"],
        sku=line["sku"],
        quantity=line["quantity"],
        unit_minor=line["unit_price_minor"],
        amount_minor=line["total_minor"],
        rate=line["rate"],
    )


def moment(at: datetime | None, merchant: Merchant) -> datetime | None:
    """In the shop's time zone."""
    return at.astimezone(ZoneInfo(merchant.time_zone)) if at else None


def way_of_paying(name: str) -> str:
    gateway = gateways.get(name)
    return str(gateway.label) if gateway else name


def countries(order: Order) -> dict[str, str]:
    """Where the goods and where the bill go; empty once the customer is erased."""
    delivery = address_of(order, OrderAddress.Use.DELIVERY)
    billing = address_of(order, OrderAddress.Use.BILLING)
    return {
        "country": delivery.country if delivery else "",
        "billing_country": billing.country if billing else "",
    }
