"""What of an order can still be paid back: of each line, of the delivery, and in money altogether."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from tradepost.lib.money import Money, round_minor
from tradepost.orders.amounts.taxes import plain_rate, split
from tradepost.orders.models import Order, OrderLine, OrderRefund, OrderRefundLine
from tradepost.orders.queries import refundable
from tradepost.orders.types import RefundLine, RefundParts
from tradepost.payments.types import EventKind, MoreThanPaid

_CALLED_OFF = Q(order_refund__refund__events__kind=EventKind.REFUND_FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineLeft:
    """``quantity`` of the line are not paid back yet and are worth ``left_minor`` with tax and after
    discount; ``off_shelf`` are not back in stock."""

    line: OrderLine
    quantity: int
    left_minor: int
    off_shelf: int

    def worth(self, quantity: int) -> int:
        """The last ones are worth whatever is left, so that no cent stays behind."""
        if quantity == self.quantity:
            return self.left_minor
        return round_minor(Decimal(self.left_minor) * quantity / self.quantity)

    @property
    def left(self) -> Money:
        return self.line.order.money(self.left_minor)

    @property
    def rate(self) -> str:
        return plain_rate(self.line.tax_rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundableOrder:
    """``money`` is the most that one payment of the order still holds."""

    lines: tuple[LineLeft, ...]
    delivery_minor: int
    money: Money

    @property
    def delivery(self) -> Money:
        return Money(self.delivery_minor, self.money.currency)


def refundable_order(order: Order) -> RefundableOrder:
    lines = list(order.lines.select_related("order").order_by("position"))
    goods, delivery = _worth(order, lines)
    rows = OrderRefundLine.objects.filter(line__order=order).exclude(_CALLED_OFF)
    sums = rows.values("line_id").annotate(count=Sum("quantity"), minor=Sum("amount_minor"))
    gone = {item["line_id"]: (item["count"], item["minor"]) for item in sums}
    left = []
    for line, worth in zip(lines, goods, strict=True):
        count, minor = gone.get(line.pk, (0, 0))
        left.append(
            LineLeft(
                line=line,
                quantity=line.quantity - count,
                left_minor=max(worth - minor, 0),
                off_shelf=line.quantity - line.restocked,
            )
        )
    back = OrderRefund.objects.filter(order=order).exclude(
        refund__events__kind=EventKind.REFUND_FAILED
    )
    given = back.aggregate(minor=Sum("delivery_minor"))["minor"] or 0
    return RefundableOrder(
        lines=tuple(left), delivery_minor=max(delivery - given, 0), money=refundable(order)
    )


def _worth(order: Order, lines: list[OrderLine]) -> tuple[list[int], int]:
    """What each line and the delivery cost the customer; together the order's total.

    A discount lowers the lines in proportion; tax is put on where prices are stated without it.
    """

    def taxed(minor: int, rate: Decimal) -> int:
        added = 0 if order.prices_include_tax else minor * rate / 100
        return round_minor(minor + Decimal(added))

    delivery = min(taxed(order.delivery_minor, order.delivery_tax_rate), order.total_minor)
    weights = [taxed(line.total_minor, line.tax_rate) for line in lines]
    if not sum(weights):
        return [0] * len(lines), order.total_minor
    return split(order.total_minor - delivery, weights), delivery


def everything_left(left: RefundableOrder) -> RefundParts:
    """All that is not paid back yet, as lines and delivery where the money is still there for them."""
    lines = tuple(
        RefundLine(line_id=one.line.pk, quantity=one.quantity) for one in left.lines if one.quantity
    )
    named = sum(one.left_minor for one in left.lines if one.quantity) + left.delivery_minor
    if named > left.money.minor:
        return RefundParts(other_minor=left.money.minor)
    return RefundParts(
        lines=lines,
        delivery_minor=left.delivery_minor,
        other_minor=left.money.minor - named,
    )


def check_lines(
    left: RefundableOrder, wanted: Iterable[RefundLine]
) -> list[tuple[LineLeft, RefundLine]]:
    """The lines wanted beside what is left of them.

    Raises: MoreThanPaid, for a line of another order, or more of one than is left.
    """
    known = {one.line.pk: one for one in left.lines}
    found = []
    for one in wanted:
        line = known.pop(one.line_id, None)
        if line is None or not 0 < one.quantity <= line.quantity or one.restock > line.off_shelf:
            raise MoreThanPaid(
                _("There are not so many of this item left to be paid back or put into stock.")
            )
        found.append((line, one))
    return found
