"""Refunds asked for at the same moment, on connections of their own."""

from functools import partial

import pytest
from django_scopes import scope
from tests.together import together

from tradepost.audit.types import SYSTEM
from tradepost.orders.actions.pay import mark_paid, request_payment
from tradepost.orders.actions.refund import refund, refund_sent
from tradepost.orders.models import Invoice, Order, OrderRefundLine
from tradepost.orders.tests.drafts import line, place
from tradepost.orders.types import RefundLine, RefundParts
from tradepost.payments.models import Refund
from tradepost.payments.types import MoreThanPaid

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("bank")]


@pytest.fixture
def order(merchant):
    """Three wallets, paid."""
    with scope(merchant=merchant):
        goods = line(quantity=3, unit_price_minor=1000, total_minor=3000, tax_minor=479)
        made = place(merchant, lines=[goods])
        request_payment(order=made)
        mark_paid(order=made, by=SYSTEM)
        return made


def test_six_refunds_of_one_piece_each_pay_back_three(merchant, order) -> None:
    def give_back(n: int) -> None:
        with scope(merchant=merchant):
            row = Order.objects.get(pk=order.pk)
            parts = RefundParts(lines=[RefundLine(line_id=row.lines.get().pk, quantity=1)])
            back, _outcome = refund(order=row, parts=parts, by=SYSTEM, key=f"refund-{n}")
            refund_sent(order=row, refund=back, by=SYSTEM)

    problems = together(*(partial(give_back, n) for n in range(6)))
    assert {type(problem) for problem in problems} == {MoreThanPaid}
    assert len(problems) == 3
    with scope(merchant=merchant):
        assert sum(part.quantity for part in OrderRefundLine.objects.all()) == 3
        notes = Invoice.objects.filter(what="credit_note")
        assert sum(note.total_minor for note in notes) == -3000
        assert Order.objects.get(pk=order.pk).refunded_minor == 3000


def test_one_refund_sent_six_times_is_one(merchant, order) -> None:
    def give_back() -> None:
        with scope(merchant=merchant):
            row = Order.objects.get(pk=order.pk)
            parts = RefundParts(everything=True)
            back, _outcome = refund(order=row, parts=parts, by=SYSTEM, key="the-same")
            refund_sent(order=row, refund=back, by=SYSTEM)

    assert together(*[give_back] * 6) == []
    with scope(merchant=merchant):
        assert Refund.objects.count() == 1
        assert Invoice.objects.filter(what="credit_note").count() == 1
