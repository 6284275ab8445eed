"""The money invariants with many at once, on whichever database the tests run."""

from functools import partial

import pytest
from django_scopes import scope
from tests.together import together

from tradepost.audit.types import SYSTEM
from tradepost.lib.money import Money
from tradepost.payments.actions.manual import confirm_received
from tradepost.payments.actions.record import record_fact
from tradepost.payments.actions.refund import request_refund, settle_refund
from tradepost.payments.actions.start import start_payment
from tradepost.payments.models import GatewayAccount, PaymentEvent
from tradepost.payments.queries import amounts
from tradepost.payments.types import EventKind, Fact, MoreThanPaid

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paid(merchant):
    with scope(merchant=merchant):
        GatewayAccount.objects.create(merchant=merchant, gateway="on_delivery")
        intent = start_payment(
            merchant=merchant,
            amount=Money(1000, "EUR"),
            reference="test.thing:1",
            method="on_delivery",
            key="thing-1",
            label="Thing",
            return_path="/",
        )
        confirm_received(intent=intent, amount=intent.amount, by=SYSTEM)
    return intent


def test_eight_refunds_at_once_never_give_back_more_than_was_paid(merchant, paid) -> None:
    def give_back(n: int) -> None:
        with scope(merchant=merchant):
            asked = request_refund(intent=paid, amount=Money(300, "EUR"), key=f"r-{n}", by=SYSTEM)
            settle_refund(refund=asked, by=SYSTEM)

    problems = together(*(partial(give_back, n) for n in range(8)))
    assert {type(problem) for problem in problems} == {MoreThanPaid}
    assert len(problems) == 5
    with scope(merchant=merchant):
        assert amounts(paid).refund_pending_minor == 900, "reserved; by hand nothing has moved"


def test_one_refund_sent_eight_times_gives_back_once(merchant, paid) -> None:
    def give_back(n: int) -> None:
        with scope(merchant=merchant):
            settle_refund(
                refund=request_refund(
                    intent=paid, amount=Money(300, "EUR"), key="the-same", by=SYSTEM
                ),
                by=SYSTEM,
            )

    assert together(*(partial(give_back, n) for n in range(8))) == []
    with scope(merchant=merchant):
        assert amounts(paid).refund_pending_minor == 300


def test_one_fact_told_by_eight_messages_at_once_is_one_line(merchant, paid) -> None:
    fact = Fact(kind=EventKind.CAPTURED, fact_id="captured:pi_1", amount_minor=500)

    def tell(n: int) -> None:
        with scope(merchant=merchant):
            record_fact(intent=paid, fact=fact, by=SYSTEM)

    assert together(*(partial(tell, n) for n in range(8))) == []
    with scope(merchant=merchant):
        assert PaymentEvent.objects.filter(fact_id="captured:pi_1").count() == 1
