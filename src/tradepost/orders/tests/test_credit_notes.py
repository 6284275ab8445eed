"""However an invoice is paid back, its credit notes take away what it holds, rate by rate, and never more."""

from decimal import Decimal

import pytest
from django_scopes import scope
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradepost.audit.types import SYSTEM
from tradepost.lib.money import Money, round_minor
from tradepost.orders.actions.handle import dispatch
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.actions.refund import refund, refund_sent
from tradepost.orders.amounts.refundable import refundable_order
from tradepost.orders.amounts.taxes import credit, left_of, row
from tradepost.orders.models import Invoice, Order, OrderSettings
from tradepost.orders.tests.drafts import line, place
from tradepost.orders.types import LineDraft, RefundLine, RefundParts, TaxPart, Totals
from tradepost.payments.actions.manual import confirm_received
from tradepost.payments.models import PaymentIntent
from tradepost.payments.types import MoreThanPaid

RATES = [Decimal(rate) for rate in ("0", "5.5", "7", "19", "25")]
invoices = st.lists(
    st.tuples(st.sampled_from(RATES), st.integers(0, 10**7), st.integers(0, 10**6)),
    min_size=1,
    max_size=5,
    unique_by=lambda item: item[0],
)


def negative(rows):
    return [
        item | {"net_minor": -item["net_minor"], "tax_minor": -item["tax_minor"]} for item in rows
    ]


@settings(max_examples=300, deadline=None)
@given(invoices, st.data())
def test_notes_in_any_order_and_size_take_away_each_rate_exactly(parts, data) -> None:
    taxes = [row(rate, net, tax if rate else 0) for rate, net, tax in parts]
    notes: list = []
    while whole := sum(item["net_minor"] + item["tax_minor"] for item in left_of(taxes, notes)):
        amount = data.draw(st.integers(1, whole)) if len(notes) < 6 else whole
        wanted = data.draw(
            st.dictionaries(
                st.sampled_from([item["rate"] for item in taxes]), st.integers(0, amount)
            )
        )
        room = amount
        for rate in list(wanted):
            wanted[rate] = min(wanted[rate], room)
            room -= wanted[rate]
        note = credit(left_of(taxes, notes), amount, wanted)
        assert sum(item["net_minor"] + item["tax_minor"] for item in note) == amount
        notes.append(negative(note))
        for item in left_of(taxes, notes):
            assert item["net_minor"] >= 0, "no note takes more than is left"
            assert item["tax_minor"] >= 0
    assert all(not item["net_minor"] and not item["tax_minor"] for item in left_of(taxes, notes))


drafts = st.lists(
    st.tuples(st.integers(1, 9), st.integers(1, 99_99), st.sampled_from(RATES)),
    min_size=1,
    max_size=4,
)


def tax_in(amount: int, rate: Decimal, *, included: bool) -> int:
    return round_minor(Decimal(amount) * rate / (100 + rate if included else 100))


def an_order(
    merchant,
    key: str,
    goods,
    *,
    included: bool,
    by_line: bool,
    delivery: int,
    off: int,
    currency: str = "EUR",
):
    """As the checkout would hand it in, rounded by line or by rate."""
    lines = [
        line(quantity=count, unit_price_minor=price, total_minor=count * price, tax_rate=rate)
        for count, price, rate in goods
    ]
    amounts = [(item.total_minor, item.tax_rate) for item in lines] + [(delivery, Decimal(19))]
    off = min(off, amounts[0][0])
    amounts[0] = (amounts[0][0] - off, amounts[0][1])
    taxes = []
    for rate in sorted({rate for _amount, rate in amounts}, reverse=True):
        same = [amount for amount, its_rate in amounts if its_rate == rate]
        tax = (
            sum(tax_in(amount, rate, included=included) for amount in same)
            if by_line
            else tax_in(sum(same), rate, included=included)
        )
        taxes.append(TaxPart(rate, sum(same) - (tax if included else 0), tax))
    tax = sum(part.tax_minor for part in taxes)
    gross = sum(amount for amount, _rate in amounts) + (0 if included else tax)
    totals = Totals(
        currency=currency, goods_minor=sum(item.total_minor for item in lines), discount_minor=off,
        delivery_minor=delivery, delivery_tax_rate=Decimal(19), tax_minor=tax, total_minor=gross,
        prices_include_tax=included, taxes=taxes,
    )  # fmt: skip
    return place(merchant, key, lines=lines, totals=totals)


def some_of(order: Order, data) -> RefundParts:
    left = refundable_order(order)
    lines = [
        RefundLine(line_id=one.line.pk, quantity=count)
        for one in left.lines
        if (count := data.draw(st.integers(0, one.quantity)))
    ]
    other = data.draw(st.integers(0, max(left.money.minor // 3, 0)))
    back = data.draw(st.integers(0, left.delivery_minor))
    rate = data.draw(st.sampled_from(["", *[item["rate"] for item in order.taxes]]))
    return RefundParts(lines=lines, delivery_minor=back, other_minor=other, other_rate=rate)


def pay_back(order: Order, parts: RefundParts) -> None:
    back, _outcome = refund(order=order, parts=parts, by=SYSTEM)
    refund_sent(order=order, refund=back, by=SYSTEM)


def of_every_shape(test):
    """The test is called with orders of many kinds, and with *data* to draw their refunds from."""
    test = given(
        goods=drafts,
        included=st.booleans(),
        by_line=st.booleans(),
        delivery=st.integers(0, 999),
        off=st.integers(0, 500),
        data=st.data(),
    )(test)
    test = settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )(test)
    return pytest.mark.usefixtures("bank")(test)


@of_every_shape
def test_a_fully_refunded_order_leaves_nothing_in_the_books(
    merchant, goods, included, by_line, delivery, off, data
) -> None:
    with scope(merchant=merchant):
        key = f"cart-{Order.objects.count()}"
        order = an_order(
            merchant, key, goods, included=included, by_line=by_line, delivery=delivery, off=off
        )
        if not order.total_minor:
            return
        mark_paid(order=order, by=SYSTEM)
        for _turn in range(data.draw(st.integers(0, 3))):
            try:
                pay_back(order, some_of(order, data))
            except MoreThanPaid:
                continue
            no_rate_holds_less_than_nothing(order)
        if refundable_order(order).money:
            pay_back(order, RefundParts(everything=True))
        invoice = Invoice.objects.get(order=order, what="invoice")
        notes = list(invoice.notes.all())
        assert all(
            (item["net_minor"], item["tax_minor"]) == (0, 0)
            for item in left_of(invoice.taxes, [note.taxes for note in notes])
        )
        for note in notes:
            printed = sum(item["total_minor"] for item in note.lines)
            assert printed == (note.total_minor if included else note.net_minor) or (
                note.total_minor == -invoice.total_minor
            )


def no_rate_holds_less_than_nothing(order: Order) -> None:
    invoice = Invoice.objects.get(order=order, what="invoice")
    for item in left_of(invoice.taxes, [note.taxes for note in invoice.notes.all()]):
        assert item["net_minor"] >= 0
        assert item["tax_minor"] >= 0


def five_at_nineteen() -> dict[str, object]:
    """Five at 100.00 whose tax was rounded by line: 79.85, where 19 % of the sum is 79.83."""
    lines: list[LineDraft] = [
        line(quantity=1, unit_price_minor=10000, total_minor=10000, tax_minor=1597)
        for _n in range(5)
    ]
    totals = Totals(currency="EUR", goods_minor=50000, tax_minor=7985, total_minor=50000)
    return {"lines": lines, "totals": totals}


@pytest.mark.usefixtures("bank")
def test_five_at_a_hundred_leave_no_cent_of_tax(merchant, in_scope) -> None:
    order = place(merchant, **five_at_nineteen())
    mark_paid(order=order, by=SYSTEM)
    pay_back(order, RefundParts(other_minor=50000))
    invoice, note = Invoice.objects.order_by("number")
    assert (invoice.tax_minor, note.tax_minor) == (7985, -7985)
    assert len(note.lines) == 5, "the note of everything names everything"


@pytest.mark.usefixtures("bank")
def test_what_went_back_before_the_invoice_is_credited_with_it(merchant, in_scope) -> None:
    OrderSettings.objects.create(merchant=merchant, invoice_when="dispatched")
    order = place(merchant)
    mark_paid(order=order, by=SYSTEM)
    pay_back(order, RefundParts(other_minor=1000))
    assert not Invoice.objects.exists()
    dispatch(order=Order.objects.get(pk=order.pk), by=SYSTEM)
    assert [paper.total_minor for paper in Invoice.objects.order_by("number")] == [6290, -1000]


@pytest.mark.usefixtures("bank")
def test_what_was_paid_twice_goes_back_without_a_credit_note(merchant, in_scope) -> None:
    order = place(merchant)
    mark_paid(order=order, by=SYSTEM)
    attempt = PaymentIntent.objects.get()
    confirm_received(intent=attempt, amount=Money(1000, "EUR"), by=SYSTEM, key="twice")
    pay_back(order, RefundParts(other_minor=1000))
    assert not Invoice.objects.filter(what="credit_note").exists()
    pay_back(order, RefundParts(everything=True))
    assert sum(paper.total_minor for paper in Invoice.objects.all()) == 0
