"""An address is printed as the post of its country wants it, wherever an order is shown."""

from unittest.mock import patch

import pytest
from django.urls import reverse

from tradepost.delivery.models import Mail
from tradepost.lib.postal import PostalAddress
from tradepost.orders import documents
from tradepost.orders.actions.invoice import write_invoice
from tradepost.orders.actions.pay import request_payment
from tradepost.orders.models import OrderSettings
from tradepost.orders.tests.drafts import place

pytestmark = pytest.mark.usefixtures("in_scope", "bank")

LONDON = PostalAddress(
    name="Kim Reed", line1="10 Downing Street", postcode="sw1a2aa", city="London", country="GB"
)
PRINTED = ["10 Downing Street", "LONDON", "SW1A 2AA", "UNITED KINGDOM"]


@pytest.fixture
def abroad(merchant):
    OrderSettings.objects.create(merchant=merchant, copy_by_mail="full")
    order = place(merchant, billing=LONDON, delivery=LONDON)
    request_payment(order=order)
    return order


def stands_in(text: str) -> bool:
    """The lines one below the other, and the postcode never beside the town."""
    places = [text.find(line) for line in PRINTED]
    return -1 not in places and places == sorted(places) and "SW1A 2AA LONDON" not in text.upper()


def test_on_the_pages_of_shop_and_customer(office, client, merchant, abroad) -> None:
    page = office.get(reverse("orders_office:order", args=[merchant.handle, abroad.public_id])).text
    assert page.count("LONDON") == 2, "delivery and bill"
    assert stands_in(page)
    assert stands_in(client.get(reverse("orders:follow", args=[abroad.token])).text)


def test_in_the_mails_to_customer_and_shop(abroad) -> None:
    mails = {mail.template: mail for mail in Mail.objects.all()}
    assert mails.keys() >= {"orders/receipt", "orders/notice_full"}
    assert stands_in(mails["orders/receipt"].text)
    assert stands_in(mails["orders/receipt"].html)
    assert stands_in(mails["orders/notice_full"].text)


def test_on_invoice_and_packing_slip(abroad) -> None:
    with patch.object(documents, "paper_pdf", lambda html: html):
        assert stands_in(documents.invoice_pdf(write_invoice(order=abroad)))
        assert stands_in(documents.packing_slip_pdf(abroad))
