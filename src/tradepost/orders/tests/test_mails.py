"""What mails say of money is true at the moment they are written."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.formats import date_format
from django_tasks_db.models import DBTaskResult

from tradepost.audit.types import SYSTEM
from tradepost.delivery.models import Mail
from tradepost.lib import clock
from tradepost.orders.actions.handle import dispatch
from tradepost.orders.actions.mails import mail_with_paper
from tradepost.orders.actions.pay import mark_paid, request_payment
from tradepost.orders.models import Invoice, OrderSettings
from tradepost.orders.queries import waiting_count
from tradepost.orders.tests.drafts import INES, line, place
from tradepost.orders.types import Totals
from tradepost.payments.actions.start import pay_path
from tradepost.payments.models import PaymentIntent

pytestmark = pytest.mark.usefixtures("in_scope", "bank")


def letters(template: str) -> list[Mail]:
    return list(Mail.objects.filter(template=f"orders/{template}").order_by("pk"))


def by_card(merchant, client, stripe, press: str = ""):
    order = place(merchant, payment_method="stripe")
    hosted = client.get(pay_path(request_payment(order=order))).headers["location"]
    if press:
        stripe.press(hosted, press)
        stripe.send_all()
    return order


def test_a_transfer_that_is_marked_paid_is_confirmed_with_its_invoice(merchant, order) -> None:
    mark_paid(order=order, by=SYSTEM)
    mark_paid(order=order, by=SYSTEM)
    (mail,) = letters("paid")
    invoice = Invoice.objects.get()
    path = reverse("orders:follow_invoice", args=[order.token, invoice.public_id])
    assert mail.address == INES
    assert "received your payment of €62.90" in mail.text
    assert path in mail.text
    assert path in mail.html


def test_a_card_payment_is_confirmed_once_however_often_it_is_told(
    merchant, client, stripe_standin
) -> None:
    by_card(merchant, client, stripe_standin, "pay")
    stripe_standin.send_all(reverse=True, times=2)
    assert len(letters("paid")) == 1


def test_the_receipt_of_an_unpaid_card_order_claims_nothing(
    merchant, client, stripe_standin
) -> None:
    by_card(merchant, client, stripe_standin)
    (mail,) = letters("receipt")
    assert "It is not paid yet" in mail.text
    assert "It is not paid yet" in mail.html
    assert not letters("paid")


def test_an_abandoned_card_order_waits_for_nobody(merchant, client, stripe_standin) -> None:
    by_card(merchant, client, stripe_standin, "decline")
    assert not letters("notice")
    assert waiting_count(merchant) == 0


def test_the_merchant_hears_of_a_card_order_when_it_is_paid(
    merchant, client, stripe_standin
) -> None:
    by_card(merchant, client, stripe_standin, "pay")
    (mail,) = letters("notice")
    assert mail.subject.startswith("Paid order 1001")
    assert "It is paid" in mail.text
    assert "It is paid" in mail.html
    assert waiting_count(merchant) == 1


def test_the_merchant_hears_of_money_that_is_under_way_as_such(
    merchant, client, stripe_standin
) -> None:
    by_card(merchant, client, stripe_standin, "later")
    (mail,) = letters("notice")
    assert "not paid yet" in mail.subject
    assert "under way" in mail.text


def test_the_notice_of_a_transfer_says_that_it_is_not_paid(merchant) -> None:
    place(merchant)
    (mail,) = letters("notice")
    assert mail.subject == "Order 1001 at Ember Leather, not paid yet"
    assert "It is not paid yet (Bank transfer)" in mail.text


def test_delivery_for_nothing_is_free_in_every_mail_and_no_tax_is_not_stated(
    merchant, client
) -> None:
    totals = Totals(currency="EUR", goods_minor=5800, total_minor=5800)
    order = place(merchant, lines=[line(tax_rate=0, tax_minor=0)], totals=totals)
    request_payment(order=order)
    (mail,) = letters("receipt")
    page = client.get(reverse("orders:follow", args=[order.token])).text
    for text in (mail.text, mail.html, page):
        assert "free" in text
        assert "€0.00" not in text
        assert "including" not in text


def test_the_invoice_is_attached_where_the_shop_wants_that(
    merchant, order, django_capture_on_commit_callbacks
) -> None:
    OrderSettings.objects.create(merchant=merchant, attach_invoice=True)
    with django_capture_on_commit_callbacks(execute=True):
        mark_paid(order=order, by=SYSTEM)
    (task,) = DBTaskResult.objects.filter(task_path__endswith="mail_with_paper")
    for _turn in range(2):
        mail_with_paper.func(*task.args_kwargs["args"])
    (mail,) = letters("paid")
    (file,) = mail.attachments.all()
    assert file.media_type == "application/pdf"
    assert file.name == "invoice-INV-1001.pdf"
    assert "is attached" in mail.text


def test_a_dispatch_mail_leads_to_the_carrier_and_to_the_invoice(client, merchant, order) -> None:
    OrderSettings.objects.create(merchant=merchant, invoice_when="dispatched")
    dispatch(order=order, by=SYSTEM, carrier="DHL", tracking_number="00340 4341/61")
    (mail,) = letters("dispatched")
    page = client.get(reverse("orders:follow", args=[order.token])).text
    for shown in (mail.text, mail.html, page):
        assert "piececode=003404341%2F61" in shown
    assert "/invoice/" in mail.html


def test_a_declined_card_can_be_paid_by_transfer_instead(merchant, client, stripe_standin) -> None:
    order = by_card(merchant, client, stripe_standin, "decline")
    page = client.get(reverse("orders:follow", args=[order.token])).text
    assert "Pay another way" in page
    answer = client.post(
        reverse("orders:follow_pay", args=[order.token]), {"method": "bank_transfer"}, follow=True
    )
    assert "DE89 3704 0044 0532 0130 00" in answer.text
    assert "did not go through" not in answer.text
    order.refresh_from_db()
    assert (order.payment_method, order.payment_state) == ("bank_transfer", "open")
    assert len(letters("notice")) == 1, "now it waits for the merchant"
    sessions = stripe_standin.rows.of("session").values()
    assert [row["status"] for row in sessions] == ["expired"], "nobody pays twice"
    stripe_standin.send_all()
    order.refresh_from_db()
    assert order.payment_state == "open", "the page that was left is no failure of the transfer"
    assert "still due" not in client.get(reverse("orders:follow", args=[order.token])).text


def test_a_way_that_the_shop_does_not_offer_changes_nothing(merchant, client, order) -> None:
    for method in ("stripe", "nonsense"):
        answer = client.post(reverse("orders:follow_pay", args=[order.token]), {"method": method})
        assert answer.status_code == 409
    order.refresh_from_db()
    assert order.payment_method == "bank_transfer"
    assert PaymentIntent.objects.count() == 1


def test_the_invoice_says_when_and_how_it_was_paid(office, merchant, order, time_machine) -> None:
    merchant.time_zone = "Europe/Berlin"
    merchant.save()
    now = clock.now()
    late = now.replace(hour=23, minute=30)  # the next day, in Berlin
    time_machine.move_to(late, tick=False)
    mark_paid(order=order, by=SYSTEM)
    time_machine.move_to(now)  # or a session that began in the morning would be over
    invoice = Invoice.objects.get()
    page = office.get(reverse("orders_office:invoice", args=[merchant.handle, invoice.public_id]))
    day = date_format(late.date() + timedelta(days=1), "DATE_FORMAT")
    assert f"Paid on {day}: Bank transfer." in page.text


def test_a_missing_tax_number_is_warned_about_where_invoices_are(office, merchant) -> None:
    address = reverse("orders_office:invoices", args=[merchant.handle])
    merchant.postal_address = "Lindenstraße 4\n10969 Berlin"
    merchant.save()
    assert "no VAT or tax number" in office.get(address).text
    OrderSettings.objects.create(merchant=merchant, seller_tax_id="DE123456789")
    assert "the law wants" not in office.get(address).text


def test_the_order_page_has_the_shops_look_and_a_way_back(client, merchant, order) -> None:
    page = client.get(reverse("orders:follow", args=[order.token])).text
    assert 'class="shop-name" href="/shop/' in page
    assert "Ember Leather" in page
    assert "wordmark" not in page
