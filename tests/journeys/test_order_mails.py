"""Order mails as a reader's screen shows them: a price is never broken, and nothing sticks out."""

from decimal import Decimal

import pytest
from django_scopes import scope

from tradepost.audit.types import SYSTEM
from tradepost.delivery.models import Mail
from tradepost.lib.postal import PostalAddress
from tradepost.orders.actions.create import create_order
from tradepost.orders.actions.handle import dispatch
from tradepost.orders.actions.pay import mark_paid, request_payment
from tradepost.orders.actions.refund import refund, refund_sent
from tradepost.orders.models import OrderSettings
from tradepost.orders.types import (
    Addresses,
    CustomerDraft,
    LineDraft,
    OrderDetails,
    OrderSource,
    RefundParts,
    Totals,
)
from tradepost.payments.models import GatewayAccount

LONG = "Loom kit for beginners, natural oak with a warp of unbleached linen, " * 4
UNBROKEN = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3
PRICES = (11980, 123456789000)

BROKEN = """() => [...document.querySelectorAll('td.price')].filter((cell) => {
  const range = document.createRange(); range.selectNodeContents(cell);
  const tops = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
  return tops.size !== 1;
}).map((cell) => cell.innerText)"""
STICKS_OUT = "() => document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture
def mails(db, merchant):
    """Every mail of an order with long names and long prices, from receipt to refund."""
    goods = sum(PRICES)
    with scope(merchant=merchant):
        OrderSettings.objects.create(merchant=merchant, copy_by_mail="full")
        GatewayAccount.objects.create(
            merchant=merchant,
            gateway="bank_transfer",
            settings={"holder": "Ember", "iban": "DE89370400440532013000", "days": 14},
        )
        order = create_order(
            merchant=merchant,
            lines=[
                LineDraft(title=title, quantity=1, unit_price_minor=price, total_minor=price)
                for title, price in zip((LONG[:300], UNBROKEN), PRICES, strict=True)
            ],
            customer=CustomerDraft(email="ines@customer.example", name="Ines " + "Vogel" * 20),
            addresses=Addresses(billing=PostalAddress(name="Ines", line1="Street", country="DE")),
            totals=Totals(
                currency="EUR", goods_minor=goods, discount_minor=1000, delivery_minor=1234567,
                delivery_tax_rate=Decimal(19), total_minor=goods - 1000 + 1234567,
            ),
            payment_method="bank_transfer",
            source=OrderSource.STOREFRONT,
            key="long",
            details=OrderDetails(delivery_label="Parcel to neighbouring countries " * 3), by=SYSTEM,
        )  # fmt: skip
        request_payment(order=order)
        mark_paid(order=order, by=SYSTEM)
        dispatch(order=order, by=SYSTEM, carrier="DHL", tracking_number="0" * 80)
        back, _outcome = refund(order=order, parts=RefundParts(other_minor=PRICES[0]), by=SYSTEM)
        refund_sent(order=order, refund=back, by=SYSTEM)
        return {mail.template: mail.html for mail in Mail.objects.exclude(html="")}


@pytest.mark.parametrize("width", [390, 700])
def test_no_order_mail_breaks_a_price_or_sticks_out(browser, mails, width) -> None:
    names = {name.removeprefix("orders/") for name in mails}
    assert names >= {"receipt", "paid", "dispatched", "refund_due", "refunded"}
    page = browser.new_page(viewport={"width": width, "height": 900})
    for name, html in mails.items():
        page.set_content(html)
        assert page.evaluate(BROKEN) == [], f"{name} at {width}"
        assert page.evaluate(STICKS_OUT) <= 0, f"{name} at {width}"
    page.set_content(mails["orders/receipt"])
    assert page.locator("td.price").count() >= 5
    page.close()
