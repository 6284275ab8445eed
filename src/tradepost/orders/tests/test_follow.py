"""What the customer sees and does."""

import pytest
from django.test import Client
from django.urls import reverse

from tradepost.audit.types import SYSTEM
from tradepost.delivery.models import Mail
from tradepost.orders.actions.cancel import cancel
from tradepost.orders.actions.pay import mark_paid, request_payment
from tradepost.orders.models import Invoice, Order
from tradepost.orders.tests.drafts import INES, place
from tradepost.orders.types import OrderStateError
from tradepost.payments.actions.start import pay_path


def page_of(order: Order) -> str:
    return reverse("orders:follow", args=[order.token])


def test_the_page_says_how_to_pay_and_stays_out_of_indexes_and_referrers(client, order) -> None:
    answer = client.get(page_of(order))
    assert "DE89 3704 0044 0532 0130 00" in answer.text
    assert "data:image/svg+xml" in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_guessed_address_is_not_there(client, order) -> None:
    for token in ("x", "", "None", order.token[:-1] + "x"):
        assert client.get(f"/order/{token}/").status_code == 404


@pytest.mark.parametrize("end", ["", "pay/", "account/", "invoice/x.pdf"])
def test_an_erased_order_and_a_mistyped_address_get_one_clear_page(client, order, end) -> None:
    page = page_of(order) + end
    Order.objects.update(token=None)
    ask = client.post if end in {"pay/", "account/"} else client.get
    gone, mistyped = ask(page), ask(f"/order/mistyped/{end}")
    assert (gone.status_code, mistyped.status_code) == (404, 404)
    assert "the order is no longer kept" in gone.text
    assert gone.text == mistyped.text, "which of the two it was cannot be told"
    assert "no-store" in gone.headers["Cache-Control"]
    assert gone.headers["Referrer-Policy"] == "no-referrer"


def test_the_receipt_goes_to_the_customer_in_their_language_with_how_to_pay(
    merchant, bank, in_scope
) -> None:
    place(merchant, customer={"language": "de"})
    mail = Mail.objects.get(template="orders/receipt")
    assert (mail.address, mail.language) == (INES, "de")
    assert "DE89 3704 0044 0532 0130 00" in mail.text
    assert "62,90" in mail.text
    assert "/order/" in mail.html


def test_the_invoice_can_be_fetched_once_it_is_paid(client, order) -> None:
    mark_paid(order=order, by=SYSTEM)
    invoice = Invoice.objects.get()
    page = client.get(page_of(order))
    address = reverse("orders:follow_invoice", args=[order.token, invoice.public_id])
    assert address in page.text
    assert "How to pay" not in page.text
    pdf = client.get(address)
    assert (pdf.headers["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")


def test_another_orders_invoice_cannot_be_fetched(client, merchant, order) -> None:
    mark_paid(order=order, by=SYSTEM)
    other = place(merchant, "cart-2")
    address = reverse("orders:follow_invoice", args=[other.token, Invoice.objects.get().public_id])
    assert client.get(address).status_code == 404


def test_a_card_order_is_paid_again_after_a_decline(
    client, merchant, stripe_standin, in_scope
) -> None:
    order = place(merchant, payment_method="stripe")
    first = request_payment(order=order)
    pay = client.post(reverse("orders:follow_pay", args=[order.token]))
    assert pay.headers["location"] == pay_path(first)
    hosted = client.get(pay_path(first)).headers["location"]
    stripe_standin.press(hosted, "decline")
    stripe_standin.send_all()
    assert "Try to pay again" in client.get(page_of(order)).text
    again = client.post(reverse("orders:follow_pay", args=[order.token])).headers["location"]
    hosted = client.get(again).headers["location"]
    back = stripe_standin.press(hosted, "pay").headers["location"]
    assert client.get(back.removeprefix("http://localhost:8000")).status_code == 302
    stripe_standin.send_all(times=2)
    order.refresh_from_db()
    assert (order.payment_state, order.paid_minor) == ("paid", 6290)
    assert Invoice.objects.count() == 1
    assert order.events.filter(what="paid").count() == 1
    assert "Paid" in client.get(page_of(order)).text


def test_an_expired_payment_page_makes_a_new_attempt(
    client, merchant, stripe_standin, in_scope
) -> None:
    order = place(merchant, payment_method="stripe")
    first = request_payment(order=order)
    client.get(pay_path(first))
    first.refresh_from_db()
    stripe_standin.rows.expire_session(first.session_id)
    stripe_standin.send_all()
    assert request_payment(order=order).pk != first.pk


def test_a_cancelled_order_cannot_be_paid(client, order) -> None:
    cancel(order=order, by=SYSTEM)
    page = client.get(page_of(order))
    assert "cancelled" in page.text
    assert "How to pay" not in page.text
    with pytest.raises(OrderStateError):
        mark_paid(order=order, by=SYSTEM)


def test_a_card_order_is_given_back_through_the_office(
    office, client, merchant, stripe_standin, in_scope
) -> None:
    order = place(merchant, payment_method="stripe")
    hosted = client.get(pay_path(request_payment(order=order))).headers["location"]
    stripe_standin.press(hosted, "pay")
    stripe_standin.send_all()
    address = reverse("orders_office:refund", args=[merchant.handle, order.public_id])
    office.post(address, {"amount": "10", "key": "a" * 12})
    stripe_standin.send_all(reverse=True)
    order.refresh_from_db()
    assert (order.refunded_minor, order.payment_state) == (1000, "partly_refunded")
    assert Invoice.objects.filter(what="credit_note").count() == 1
    assert Mail.objects.filter(template="orders/refunded").count() == 1


def test_paying_works_with_cookies_refused(order) -> None:
    """A client that checks CSRF as browsers do, and keeps no cookie."""
    strict = Client(enforce_csrf_checks=True)
    page = strict.get(reverse("orders:follow", args=[order.token]))
    assert not page.cookies
    assert strict.post(reverse("orders:follow_pay", args=[order.token])).status_code in {302, 409}
