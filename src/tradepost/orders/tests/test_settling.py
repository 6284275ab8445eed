"""What each line of the payment ledger does to its order, once, and whom it tells."""

from datetime import UTC, datetime, timedelta

import pytest

from tradepost.audit.types import SYSTEM, Actor
from tradepost.catalog.models import Product
from tradepost.delivery.models import Mail
from tradepost.lib import clock
from tradepost.orders.actions.announce import Announcer
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.actions.settle import take_payment_change
from tradepost.orders.events import OrderPaid, OrderRefunded
from tradepost.orders.models import Invoice, Order, OrderHold, OrderRefund, OrderRefundLine
from tradepost.orders.tests.drafts import line, place
from tradepost.payments.actions.record import record_fact
from tradepost.payments.models import PaymentEvent, PaymentIntent, Refund
from tradepost.payments.types import EventKind, Fact

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("bank", "in_scope")


@pytest.fixture
def by_card(merchant):
    """An order of 62.90 € by card, of two wallets of which ten are left."""
    wallet = Product.objects.create(
        merchant=merchant, name="Wallet", slug="wallet", price_minor=2900, stock=10
    )
    order = place(merchant, payment_method="stripe", lines=[line(product_id=wallet.pk)])
    attempt(order)
    return order


def attempt(order: Order, gateway: str = "stripe") -> PaymentIntent:
    return PaymentIntent.objects.create(
        merchant=order.merchant,
        key=f"try-{PaymentIntent.objects.count()}",
        gateway=gateway,
        reference=order.reference,
        label="Order",
        amount_minor=order.total_minor,
        currency=order.currency,
        return_path="/",
    )


@pytest.fixture
def tell(by_card):
    """A provider tells something of the order's payment; the order afterwards."""

    def of(kind: EventKind, minor: int = 0, refund: Refund | None = None, **fact) -> Order:
        intent = fact.pop("intent", None) or PaymentIntent.objects.order_by("pk")[0]
        number = f"{kind}:{refund.key if refund else PaymentEvent.objects.count()}"
        record_fact(
            intent=intent,
            fact=Fact(kind=kind, fact_id=number, amount_minor=minor, **fact),
            refund=refund,
            by=SYSTEM,
        )
        return Order.objects.get(pk=by_card.pk)

    return of


@pytest.fixture
def back(by_card, owner):
    """The owner has asked for 10 € to be paid back."""

    def ask(by=owner, **of_what) -> Refund:
        refund = Refund.objects.create(
            merchant=by_card.merchant,
            intent=PaymentIntent.objects.order_by("pk")[0],
            key=f"back-{Refund.objects.count()}",
            amount_minor=1000,
            asked_by=by,
        )
        OrderRefund.objects.create(
            merchant=by_card.merchant, order=by_card, refund=refund, **of_what
        )
        return refund

    return ask


def story(order: Order) -> list[tuple[str, int | None, dict[str, object]]]:
    return list(
        order.events.exclude(what__in=("placed", "invoiced")).values_list("what", "by_id", "detail")
    )


def letters(template: str) -> list[Mail]:
    return list(Mail.objects.filter(template=f"orders/{template}"))


def stock() -> int | None:
    return Product.objects.get(slug="wallet").stock


def test_money_that_came_makes_the_order_paid_once(tell, hear, merchant) -> None:
    heard = hear(OrderPaid)
    order = tell(EventKind.CAPTURED, 6290, at=NOON)
    assert (order.paid_minor, order.refunded_minor, order.payment_state) == (6290, 0, "paid")
    assert order.paid_at == NOON, "when it was paid, not when it was told"
    assert story(order) == [("paid", None, {"amount_minor": 6290})]
    assert heard == [(OrderPaid(order_id=order.pk), merchant.pk)]
    (mail,) = letters("paid")
    assert str(Invoice.objects.get().public_id) in mail.text
    assert len(letters("notice")) == 1
    order = tell(EventKind.CAPTURED, 10, at=NOON + timedelta(days=1))
    assert (order.paid_minor, order.paid_at) == (6300, NOON)
    assert (len(heard), len(letters("paid"))) == (1, 1)


def test_a_cent_short_is_not_paid(tell, hear) -> None:
    heard = hear(OrderPaid)
    order = tell(EventKind.CAPTURED, 6289, at=NOON)
    assert (order.paid_minor, order.is_paid, order.paid_at) == (6289, False, None)
    assert (heard, story(order), letters("paid")) == ([], [], [])
    assert tell(EventKind.CAPTURED, 1, at=NOON).paid_at == NOON
    assert len(heard) == 1


def test_an_order_that_costs_nothing_is_paid_with_the_first_news(tell, by_card, hear) -> None:
    heard = hear(OrderPaid)
    Order.objects.update(total_minor=0)
    order = tell(EventKind.CAPTURED, 0, at=NOON)
    assert order.paid_at == NOON
    assert len(heard) == 1


def test_other_news_of_a_paid_order_does_not_pay_it_again(tell, hear) -> None:
    heard = hear(OrderPaid)
    tell(EventKind.CAPTURED, 6290)
    order = tell(EventKind.EXPIRED)
    assert order.payment_state == "paid"
    assert (len(heard), len(story(order))) == (1, 1)


def test_old_payments_are_announced_to_nobody(by_card) -> None:
    order = place(by_card.merchant, "cart-2")
    before = Mail.objects.count()
    mark_paid(order=order, by=SYSTEM, announce=Announcer())
    assert Mail.objects.count() == before
    assert Order.objects.get(pk=order.pk).is_paid


def test_who_announces_a_payment_is_told_of_its_invoice(by_card) -> None:
    told = []

    class Listening(Announcer):
        def paid(self, order: Order, invoice: Invoice | None) -> None:
            told.append((order, invoice))

    order = place(by_card.merchant, "cart-2")
    mark_paid(order=order, by=SYSTEM, announce=Listening())
    assert told == [(order, Invoice.objects.get())]


def test_money_under_way_is_told_to_the_merchant_and_the_order_is_not_paid(tell) -> None:
    order = tell(EventKind.PENDING)
    assert (order.payment_state, order.paid_at, order.paid_minor) == ("pending", None, 0)
    (mail,) = letters("notice")
    assert "under way" in mail.text
    assert order.noticed_at


@pytest.mark.parametrize("kind", [EventKind.EXPIRED, EventKind.CANCELLED])
def test_a_page_that_was_left_is_noted_and_nobody_is_told(tell, kind) -> None:
    order = tell(kind)
    assert (order.payment_state, story(order), letters("notice")) == ("failed", [], [])


def test_a_declined_card_is_in_the_story_with_its_code(tell) -> None:
    order = tell(EventKind.FAILED, detail={"code": "card_declined"})
    assert order.payment_state == "failed"
    assert story(order) == [("payment_failed", None, {"code": "card_declined"})]
    assert not letters("refund_failed")
    assert not OrderHold.objects.exists()


def test_an_attempt_that_came_to_nothing_does_not_count_once_another_is_open(tell, by_card) -> None:
    second = attempt(by_card)
    assert tell(EventKind.FAILED).payment_state == "open"
    assert tell(EventKind.EXPIRED, intent=second).payment_state == "failed"
    attempt(by_card)
    assert tell(EventKind.FAILED).payment_state == "open"


@pytest.mark.parametrize("kind", [EventKind.FAILED, EventKind.EXPIRED, EventKind.CANCELLED])
def test_whatever_ended_the_latest_attempt_it_came_to_nothing(tell, by_card, kind) -> None:
    assert tell(kind, intent=attempt(by_card)).payment_state == "failed"


def test_another_order_s_attempt_is_nothing_to_this_one(tell, by_card) -> None:
    attempt(place(by_card.merchant, "cart-2"))
    assert tell(EventKind.FAILED).payment_state == "failed"


def test_a_refund_is_in_the_story_in_the_name_of_who_asked_for_it(
    tell, back, owner, hear, merchant
) -> None:
    heard = hear(OrderRefunded)
    tell(EventKind.CAPTURED, 6290)
    refund = back(other_minor=1000)
    with clock.at(NOON):
        order = tell(EventKind.REFUNDED, 1000, refund)
    assert (order.refunded_minor, order.payment_state) == (1000, "partly_refunded")
    assert story(order)[1:] == [("refunded", owner.pk, {"amount_minor": 1000})]
    assert heard == [(OrderRefunded(order_id=order.pk, amount_minor=1000), merchant.pk)]
    assert OrderRefund.objects.get().done_at == NOON
    note = Invoice.objects.get(what="credit_note")
    assert note.total_minor == -1000
    (mail,) = letters("refunded")
    assert "€10.00" in mail.text
    assert str(note.public_id) in mail.text


def test_a_refund_that_nobody_asked_for_is_the_provider_s(tell, back) -> None:
    tell(EventKind.CAPTURED, 6290)
    order = tell(EventKind.REFUNDED, 500)
    assert story(order)[1:] == [("refunded", None, {"amount_minor": 500})]
    order = tell(EventKind.REFUNDED, 1000, back(by=None, other_minor=1000))
    assert story(order)[2:] == [("refunded", None, {"amount_minor": 1000})]


def test_a_provider_that_sends_less_than_was_asked_for_is_credited_in_all_rates(
    tell, back, by_card
) -> None:
    """Taken from the line asked for, the note would take more of its rate than came, and add to the other."""
    by_card.lines.update(total_minor=2900, quantity=1)
    book = by_card.lines.create(
        merchant=by_card.merchant, position=2, title="Book", quantity=1,
        unit_price_minor=2900, total_minor=2900, tax_rate=7, tax_minor=190,
    )  # fmt: skip
    taxes = [
        {"rate": "19", "net_minor": 2849, "tax_minor": 541},
        {"rate": "7", "net_minor": 2710, "tax_minor": 190},
    ]
    Order.objects.update(taxes=taxes, tax_minor=731)
    tell(EventKind.CAPTURED, 6290)
    refund = back()
    OrderRefundLine.objects.create(
        merchant=by_card.merchant, order_refund=refund.order_refund, line=book,
        quantity=1, amount_minor=2900,
    )  # fmt: skip
    tell(EventKind.REFUNDED, 629, refund)
    note = Invoice.objects.get(what="credit_note")
    assert {tax["rate"]: tax["net_minor"] + tax["tax_minor"] for tax in note.taxes} == {
        "19": -339,
        "7": -290,
    }
    assert [item["total_minor"] for item in note.lines] == [-629]


def test_goods_go_back_to_the_shelf_with_the_money_and_once(tell, back, by_card) -> None:
    tell(EventKind.CAPTURED, 6290)
    refund = back(restock=True, other_minor=1000)
    assert stock() == 10
    tell(EventKind.REFUNDED, 1000, refund)
    assert stock() == 12
    event = PaymentEvent.objects.select_related("refund").get(kind=EventKind.REFUNDED)
    by_card.lines.update(restocked=0)
    take_payment_change(order=by_card, event=event)
    assert stock() == 12, "it was done"


@pytest.mark.parametrize(("restock", "left"), [(0, 10), (1, 11)])
def test_only_the_pieces_named_go_back_to_the_shelf(tell, back, by_card, restock, left) -> None:
    tell(EventKind.CAPTURED, 6290)
    refund = back()
    OrderRefundLine.objects.create(
        merchant=by_card.merchant,
        order_refund=refund.order_refund,
        line=by_card.lines.get(),
        quantity=2,
        restock=restock,
        amount_minor=1000,
    )
    order = tell(EventKind.REFUNDED, 1000, refund)
    assert stock() == left
    assert order.lines.get().restocked == restock
    assert order.restocked_at is None


def test_a_dispute_holds_the_order_for_a_third_of_a_year(tell) -> None:
    tell(EventKind.CAPTURED, 6290)
    with clock.at(NOON):
        order = tell(EventKind.DISPUTED, 6290)
    hold = OrderHold.objects.get()
    assert (hold.order, hold.until) == (order, NOON + timedelta(days=120))
    assert (hold.reason, hold.by) == ("disputed by the card holder", None)
    assert [what for what, _by, _detail in story(order)] == ["paid", "disputed", "held"]
    assert not letters("refund_failed")


def test_what_a_bank_sends_back_is_told_to_customer_and_merchant(tell, back) -> None:
    tell(EventKind.CAPTURED, 6290)
    refund = back(other_minor=1000)
    tell(EventKind.REFUNDED, 1000, refund)
    order = tell(EventKind.REFUND_FAILED, 1000, refund)
    assert (order.refunded_minor, order.payment_state) == (0, "paid")
    assert [what for what, _by, _detail in story(order)] == ["paid", "refunded", "refund_failed"]
    assert "€10.00" in letters("refund_failed")[0].text
    assert "€10.00" in letters("notice_refund_failed")[0].text


def test_what_was_refused_at_once_is_told_to_nobody_who_was_promised_nothing(tell, back) -> None:
    tell(EventKind.CAPTURED, 6290)
    done, refused = back(other_minor=1000), back(other_minor=1000)
    tell(EventKind.REFUNDED, 1000, done)
    order = tell(EventKind.REFUND_FAILED, 1000, refused)
    assert story(order)[-1][0] == "refund_failed"
    assert letters("refund_failed") == letters("notice_refund_failed") == []


def test_a_failed_refund_of_unknown_origin_is_told_to_nobody(tell, back) -> None:
    tell(EventKind.CAPTURED, 6290)
    tell(EventKind.REFUNDED, 500)
    tell(EventKind.REFUND_FAILED, 500)
    assert letters("refund_failed") == letters("notice_refund_failed") == []


def test_a_refund_by_hand_that_is_called_off_is_told_to_the_customer_alone(by_card, owner) -> None:
    order = place(by_card.merchant, "cart-2")
    mark_paid(order=order, by=Actor.user(owner))
    intent = PaymentIntent.objects.get(reference=order.reference)
    refund = Refund.objects.create(
        merchant=order.merchant, intent=intent, key="back", amount_minor=1000
    )
    OrderRefund.objects.create(merchant=order.merchant, order=order, refund=refund)
    fact = Fact(kind=EventKind.REFUND_FAILED, fact_id="refund_failed:1", amount_minor=1000)
    record_fact(intent=intent, fact=fact, refund=refund, by=SYSTEM)
    assert len(letters("refund_failed")) == 1
    assert not letters("notice_refund_failed")
