"""Paying back: by line, by hand and through a provider; every word true for who moves the money."""

from datetime import date

import pytest
from django.urls import reverse

from tradepost.audit.types import SYSTEM
from tradepost.catalog.models import Product
from tradepost.delivery.models import Mail
from tradepost.orders.actions.cancel import cancel
from tradepost.orders.actions.pay import mark_paid, request_payment
from tradepost.orders.models import Invoice, Order
from tradepost.orders.tests.drafts import INES, line, place
from tradepost.orders.types import Totals
from tradepost.payments.actions.reconcile import reconcile
from tradepost.payments.actions.start import pay_path
from tradepost.payments.models import PaymentEvent, Refund

IBAN = "DE02120300000000202051"


def url(merchant, name: str, *args) -> str:
    return reverse(f"orders_office:{name}", args=[merchant.handle, *args])


@pytest.fixture
def paid(order):
    mark_paid(order=order, by=SYSTEM)
    order.refresh_from_db()
    return order


@pytest.fixture
def ask(office, merchant, paid):
    """Fill in the refund form of the paid order; the answer's page."""

    def send(key: str = "k" * 12, **fields):
        address = url(merchant, "refund", paid.public_id)
        return office.post(address, {"key": key, **fields}, follow=True)

    return send


def say(office, merchant, order, do: str, **fields):
    """Press a button beside the refund that is to be paid back by hand."""
    back = Refund.objects.latest("pk")
    address = url(merchant, "by_hand", order.public_id, back.public_id)
    return office.post(address, {"do": do, **fields}, follow=True)


def letters(template: str) -> list[str]:
    return [mail.subject + mail.text for mail in Mail.objects.filter(template=f"orders/{template}")]


def test_a_transfer_is_paid_back_by_the_merchant_and_nothing_says_otherwise(
    ask, office, merchant, paid
) -> None:
    page = ask(amount="14,50", payee_iban="DE02 1203 0000 0000 2020 51").text
    paid.refresh_from_db()
    assert (paid.refunded_minor, paid.payment_state) == (0, "paid")
    assert "Noted. Nothing is sent by itself" in page
    assert "payment provider" not in page
    assert "DE02 1203 0000 0000 2020 51" in page
    assert "to be paid back by you" in page
    assert "The money is given back" not in page
    assert "payment provider has" not in page, "no provider stands behind a transfer"
    assert not Invoice.objects.filter(what="credit_note").exists()
    assert not letters("refunded")
    assert "will pay back €14.50" in letters("refund_due")[0]

    after = say(office, merchant, paid, "sent", sent_on="2026-01-05").text
    paid.refresh_from_db()
    assert (paid.refunded_minor, paid.payment_state) == (1450, "partly_refunded")
    assert "paid back by you" in after
    assert Invoice.objects.get(what="credit_note").total_minor == -1450
    assert "has paid back €14.50" in letters("refunded")[0]
    assert Refund.objects.get().payee_iban == "", "the account is forgotten when it is sent"


def test_the_day_on_which_it_was_sent_is_the_merchants_word(
    ask, office, merchant, owner, paid, time_machine
) -> None:
    time_machine.move_to("2026-12-01T12:00Z", tick=False)
    office.force_login(owner)
    ask(amount="1")
    time_machine.move_to("2026-12-03T12:00Z", tick=False)
    office.force_login(owner)
    say(office, merchant, paid, "sent", sent_on="2026-12-02")
    assert PaymentEvent.objects.get(kind="refunded").at.date() == date(2026, 12, 2)
    assert Invoice.objects.get(what="credit_note").paid_on == date(2026, 12, 2)
    assert "2 December 2026" in letters("refunded")[0]
    kinds = [row.kind for row in PaymentEvent.objects.order_by("at", "pk")]
    assert kinds.index("refund_asked") < kinds.index("refunded")


def test_sent_twice_is_sent_once_and_cannot_be_called_off(ask, office, merchant, paid) -> None:
    ask(amount="10")
    say(office, merchant, paid, "sent")
    say(office, merchant, paid, "sent")
    refused = say(office, merchant, paid, "call_off").text
    assert "sent already" in refused
    assert PaymentEvent.objects.filter(kind="refunded").count() == 1
    assert len(letters("refunded")) == 1


def test_a_refund_called_off_frees_the_sum_and_says_so(ask, office, merchant, paid) -> None:
    ask(**{"quantity-1": "2"})
    page = say(office, merchant, paid, "call_off").text
    assert "refund called off by you" in page
    assert "called off" in letters("refund_failed")[0]
    ask("j" * 12, everything="on")
    say(office, merchant, paid, "sent")
    paid.refresh_from_db()
    assert paid.refunded_minor == 6290


def test_the_comparison_never_settles_what_is_paid_back_by_hand(ask, paid, time_machine) -> None:
    ask(amount="10")
    time_machine.move_to("2030-01-01")
    assert reconcile() == 0
    paid.refresh_from_db()
    assert paid.refunded_minor == 0


@pytest.mark.parametrize("typed", ["DE00 1203 0000 0000 2020 51", "12345", "GB82WEST"])
def test_a_wrong_iban_is_refused_in_words_and_everything_typed_stays(ask, typed) -> None:
    page = ask(amount="14,50", payee_iban=typed, reason="broken clasp")
    assert page.status_code == 422
    assert "not a valid IBAN" in page.text
    assert typed in page.text
    assert "broken clasp" in page.text
    assert "14,50" in page.text
    assert not Refund.objects.exists()


def test_the_customer_tells_the_iban_on_the_page_of_the_order(
    ask, office, client, merchant, paid
) -> None:
    ask(amount="14,50")
    follow = reverse("orders:follow", args=[paid.token])
    assert "tell the shop your IBAN" in letters("refund_due")[0]
    assert "€14.50 will be paid back to you" in client.get(follow).text
    account = reverse("orders:follow_account", args=[paid.token])
    wrong = client.post(account, {"iban": "DE123"})
    assert wrong.status_code == 422
    assert "DE123" in wrong.text
    client.post(account, {"iban": IBAN})
    assert Refund.objects.get().payee_iban == IBAN
    assert "DE02 1203" in office.get(url(merchant, "order", paid.public_id)).text
    again = client.get(follow).text
    assert IBAN not in again.replace(" ", ""), "the address of the page shows no account"
    client.post(account, {"iban": "GB82WEST12345698765432"})
    assert Refund.objects.get().payee_iban == IBAN, "who has the link cannot turn the money away"


def test_a_provider_sends_the_money_and_its_words_say_so(
    office, client, merchant, stripe_standin, in_scope
) -> None:
    order = place(merchant, payment_method="stripe")
    hosted = client.get(pay_path(request_payment(order=order))).headers["location"]
    stripe_standin.press(hosted, "pay")
    stripe_standin.send_all()
    address = url(merchant, "refund", order.public_id)
    assert "The payment provider sends it back" in office.get(address).text
    page = office.post(address, {"amount": "10", "key": "a" * 12}, follow=True).text
    assert "has sent the money back" in page
    assert "sent back by the provider" in page
    assert "back the way you paid" in letters("refunded")[0]
    kinds = [row.kind for row in PaymentEvent.objects.order_by("at", "pk")]
    assert kinds == ["captured", "refund_asked", "refunded"]
    back = Refund.objects.get()
    by_hand = url(merchant, "by_hand", order.public_id, back.public_id)
    told = office.post(by_hand, {"do": "sent"}, follow=True).text
    assert "reports this by itself" in told


def test_a_refund_that_the_provider_holds_is_not_called_done(
    office, client, merchant, stripe_standin, in_scope
) -> None:
    order = place(merchant, payment_method="stripe")
    hosted = client.get(pay_path(request_payment(order=order))).headers["location"]
    stripe_standin.press(hosted, "pay")
    stripe_standin.send_all()
    stripe_standin.rows.refunds_wait = True
    address = url(merchant, "refund", order.public_id)
    page = office.post(address, {"amount": "10", "key": "a" * 12}, follow=True).text
    assert "it is not done yet" in page
    assert "refund under way" in page
    assert not letters("refunded")
    stripe_standin.rows.end_refunds(success=True)
    stripe_standin.send_all()
    assert len(letters("refunded")) == 1


def test_a_refund_that_bounces_days_later_is_told_to_both(
    office, client, merchant, stripe_standin, in_scope
) -> None:
    order = place(merchant, payment_method="stripe")
    hosted = client.get(pay_path(request_payment(order=order))).headers["location"]
    stripe_standin.press(hosted, "pay")
    stripe_standin.send_all()
    address = url(merchant, "refund", order.public_id)
    office.post(address, {"everything": "on", "key": "a" * 12})
    stripe_standin.rows.end_refunds(success=False)
    stripe_standin.send_all()
    order.refresh_from_db()
    assert order.refunded_minor == 0
    assert "has not taken the €62.90" in letters("refund_failed")[0]
    assert "has failed" in letters("notice_refund_failed")[0]
    assert INES not in letters("notice_refund_failed")[0]
    office.post(address, {"everything": "on", "key": "b" * 12})
    stripe_standin.send_all()
    order.refresh_from_db()
    assert order.refunded_minor == 6290
    notes = Invoice.objects.filter(what="credit_note")
    assert sum(note.total_minor for note in notes) == -6290, "tried again is not credited again"


def test_a_refund_finer_than_cards_take_is_refused_and_reserves_nothing(
    office, client, merchant, stripe_standin, in_scope
) -> None:
    totals = Totals(currency="KWD", goods_minor=12340, total_minor=12340)
    lines = [line(quantity=1, unit_price_minor=12340, total_minor=12340, tax_minor=0, tax_rate=0)]
    order = place(merchant, payment_method="stripe", lines=lines, totals=totals)
    hosted = client.get(pay_path(request_payment(order=order))).headers["location"]
    stripe_standin.press(hosted, "pay")
    stripe_standin.send_all()
    address = url(merchant, "refund", order.public_id)
    page = office.post(address, {"amount": "0.005", "key": "a" * 12}, follow=True)
    assert "finer than cards take" in page.text
    assert not letters("refunded")
    office.post(address, {"everything": "on", "key": "b" * 12})
    stripe_standin.send_all()
    order.refresh_from_db()
    assert order.refunded_minor == 12340


@pytest.fixture
def shelf(merchant, bank, in_scope):
    """Two articles with ten of each, and a paid order of three and two of them."""
    wallet, belt = (
        Product.objects.create(merchant=merchant, name=name, slug=name, price_minor=1000, stock=10)
        for name in ("wallet", "belt")
    )
    lines = [
        line(title="Wallet", quantity=3, unit_price_minor=1000, total_minor=3000, tax_minor=479,
             product_id=wallet.pk),
        line(title="Belt", quantity=2, unit_price_minor=500, total_minor=1000, tax_minor=65,
             tax_rate=7, product_id=belt.pk),
    ]  # fmt: skip
    order = place(
        merchant,
        lines=lines,
        totals=Totals(
            currency="EUR", goods_minor=4000, delivery_minor=490, delivery_tax_rate=19,
            tax_minor=622, total_minor=4490,
        ),
    )  # fmt: skip
    mark_paid(order=order, by=SYSTEM)
    return order, wallet, belt


def stocks(*products) -> list[int | None]:
    for product in products:
        product.refresh_from_db()
    return [product.stock for product in products]


def test_lines_are_paid_back_and_put_into_stock_one_by_one(office, merchant, shelf) -> None:
    order, wallet, belt = shelf
    address = url(merchant, "refund", order.public_id)
    asked = {"quantity-1": "2", "back-1": "1", "quantity-2": "1", "key": "a" * 12}
    office.post(address, asked)
    assert stocks(wallet, belt) == [10, 10], "not before the money is sent"
    say(office, merchant, order, "sent")
    assert stocks(wallet, belt) == [11, 10]
    note = Invoice.objects.get(what="credit_note")
    assert [(item["title"], item["quantity"], item["total_minor"]) for item in note.lines] == [
        ("Wallet", 2, -2000),
        ("Belt", 1, -500),
    ]
    assert {tax["rate"]: tax["net_minor"] + tax["tax_minor"] for tax in note.taxes} == {
        "19": -2000,
        "7": -500,
    }
    too_many = office.post(address, {"quantity-1": "2", "key": "b" * 12})
    assert too_many.status_code == 422
    office.post(address, {"everything": "on", "restock": "on", "key": "c" * 12})
    say(office, merchant, order, "sent")
    assert stocks(wallet, belt) == [13, 12], "each of them once"
    order.refresh_from_db()
    assert (order.payment_state, order.refunded_minor) == ("refunded", 4490)
    invoice, *notes = Invoice.objects.order_by("number")
    assert [item["title"] for item in notes[1].lines] == ["Wallet", "Belt", "Parcel"]
    for tax in invoice.taxes:
        gone = [row for note in notes for row in note.taxes if row["rate"] == tax["rate"]]
        assert sum(row["net_minor"] for row in gone) == -tax["net_minor"]
        assert sum(row["tax_minor"] for row in gone) == -tax["tax_minor"]


def test_what_a_refund_called_off_named_can_be_named_again(office, merchant, shelf) -> None:
    order, wallet, belt = shelf
    address = url(merchant, "refund", order.public_id)
    asked = {"quantity-1": "3", "back-1": "3", "delivery": "4.90"}
    office.post(address, asked | {"key": "a" * 12})
    assert office.post(address, asked | {"key": "b" * 12}).status_code == 422, "it is reserved"
    say(office, merchant, order, "call_off")
    assert stocks(wallet, belt) == [10, 10]
    assert office.post(address, asked | {"key": "c" * 12}).status_code == 302
    say(office, merchant, order, "sent")
    order.refresh_from_db()
    assert order.refunded_minor == 3490
    assert stocks(wallet, belt) == [13, 10]


def test_a_line_is_worth_what_was_paid_for_it_after_the_discount(
    office, merchant, bank, in_scope
) -> None:
    lines = [
        line(title="Wallet", quantity=3, unit_price_minor=1000, total_minor=3000, tax_minor=0),
        line(title="Belt", quantity=2, unit_price_minor=500, total_minor=1000, tax_minor=0),
    ]
    totals = Totals(currency="EUR", goods_minor=4000, discount_minor=400, total_minor=3600)
    order = place(merchant, lines=lines, totals=totals)
    mark_paid(order=order, by=SYSTEM)
    address = url(merchant, "refund", order.public_id)
    office.post(address, {"quantity-1": "1", "quantity-2": "2", "key": "a" * 12})
    assert Refund.objects.get().amount_minor == 900 + 900


def test_cancelling_after_a_refund_by_line_puts_back_only_the_rest(office, merchant, shelf) -> None:
    order, wallet, belt = shelf
    address = url(merchant, "refund", order.public_id)
    office.post(address, {"quantity-1": "2", "back-1": "2", "key": "a" * 12})
    say(office, merchant, order, "sent")
    cancel(order=Order.objects.get(pk=order.pk), by=SYSTEM)
    assert stocks(wallet, belt) == [13, 12]


def test_another_amount_can_be_of_one_rate(office, merchant, shelf) -> None:
    order, _wallet, _belt = shelf
    address = url(merchant, "refund", order.public_id)
    office.post(address, {"amount": "3", "rate": "7", "key": "a" * 12})
    say(office, merchant, order, "sent")
    note = Invoice.objects.get(what="credit_note")
    assert [tax["rate"] for tax in note.taxes] == ["7"]
    assert note.total_minor == -300


def test_the_same_form_sent_twice_is_one_refund(ask, paid) -> None:
    ask(everything="on")
    again = ask(everything="on")
    assert again.status_code == 200
    assert Refund.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"quantity-1": "0"},
        {"amount": "63"},
        {"quantity-1": "3"},
        {"amount": "-1"},
        {"amount": "1 2"},
        {"amount": "99c"},
        {"amount": "1..2"},
    ],
)
def test_nothing_or_too_much_is_refused_in_words(ask, fields) -> None:
    page = ask(**fields)
    assert page.status_code == 422
    assert not Refund.objects.exists()
