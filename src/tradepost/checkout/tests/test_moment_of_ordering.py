"""What was true when something went into the cart may not be when it is ordered; the sums agree everywhere."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from tradepost.audit.types import SYSTEM
from tradepost.catalog.models import CatalogSettings, Product
from tradepost.checkout.actions.give_up import give_up_unpaid
from tradepost.checkout.dropin.signing import current_link_key, sign_fields
from tradepost.checkout.models import CartLine, Coupon, DeliveryMethod
from tradepost.checkout.tests.test_checkout import PERSON, fill_in, open_shop
from tradepost.checkout.types import LinkMode
from tradepost.delivery.models import Mail
from tradepost.lib.money import Money
from tradepost.merchants.models import Merchant
from tradepost.orders.actions.approve import approve
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.exports.per_order import record_of
from tradepost.orders.exports.reading import Books
from tradepost.orders.models import Invoice, Order
from tradepost.orders.queries import with_everything
from tradepost.orders.remote_fields import remote_fields
from tradepost.payments.models import GatewayAccount

__all__ = ["open_shop"]
BANDS = {"product": "Nails", "discountpr": "3,9.99:4,8.99:0,6.99", "qty": "9"}


def put(shopper: Client, merchant: Merchant, **fields: str) -> str:
    """Add by a link of the merchant's page; returns the address of the checkout."""
    answer = shopper.post("/cf/add.cfm", {"userid": merchant.cart_username} | fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].replace("/cart/", "/checkout/")


def only_order() -> Order:
    with scopes_disabled():
        return with_everything(Order.objects.all()).get()


def test_quantity_prices_are_lines_of_the_order_that_add_up(
    shopper: Client, open_shop: Merchant
) -> None:
    checkout = put(shopper, open_shop, tax="19", **BANDS)
    assert (
        "3 × €9.99, 4 × €8.99, 2 × €6.99" in shopper.get(checkout.replace("checkout", "cart")).text
    )
    assert shopper.post(checkout, fill_in(shopper, checkout)).status_code == 303
    order = only_order()
    lines = [(line.quantity, line.unit_price_minor, line.total_minor) for line in order.lines.all()]
    assert lines == [(3, 999, 2997), (4, 899, 3596), (2, 699, 1398)]
    assert order.goods_minor == 7991


@pytest.mark.parametrize("includes_tax", [True, False])
@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD", "RSD"])
def test_every_paper_says_the_same_sums(
    shopper: Client, open_shop: Merchant, belt: Product, currency: str, includes_tax: bool
) -> None:
    """Cart, order, invoice, receipt, export, remote call, to the smallest unit, with a discount."""
    with scope(merchant=open_shop):
        open_shop.currency = currency
        open_shop.save()
        CatalogSettings.objects.create(merchant=open_shop, prices_include_tax=includes_tax)
        Coupon.objects.create(merchant=open_shop, code="SPRING", percent="3.33")
    prices = {"JPY": "1,333", "RSD": "1,333", "KWD": "1.333", "EUR": "13.33"}
    put(
        shopper, open_shop, product="Hat", price=prices[currency], qty="3", tax="7", coupon="SPRING"
    )
    checkout = put(shopper, open_shop, product="Belt", price=prices[currency], scode="BELT")
    shown = shopper.get(checkout).context["quote"].totals
    shopper.post(checkout, fill_in(shopper, checkout))
    order = only_order()
    with scope(merchant=open_shop):
        approve(order=order, by=SYSTEM)  # the page asks less for the belt than the catalogue
        mark_paid(order=order, by=SYSTEM)
        order = only_order()
        invoice = Invoice.objects.get()
        receipt = Mail.objects.get(template="orders/receipt")
    assert shown.total_minor == order.total_minor == invoice.total_minor
    assert shown.tax_minor == order.tax_minor == invoice.tax_minor
    assert invoice.net_minor + invoice.tax_minor == invoice.total_minor
    assert sum(part["net_minor"] + part["tax_minor"] for part in invoice.taxes) == order.total_minor
    lines = sum(line["quantity"] * line["unit_price_minor"] for line in invoice.lines)
    assert lines == order.total_minor - (0 if includes_tax else order.tax_minor)
    assert order.total.format("en") in receipt.text
    assert Money(order.tax_minor, currency).format("en") in receipt.text
    row, told = record_of(Books(order)), remote_fields(order)
    assert str(row["total"]) == told["total"] == order.total.plain()
    assert str(row["tax"]) == told["tax"]


def test_a_stricter_shop_no_longer_sells_at_prices_of_pages(
    shopper: Client, open_shop: Merchant, use_mode: Callable[..., object]
) -> None:
    checkout = put(shopper, open_shop, product="Hat", price="0.01")
    form = fill_in(shopper, checkout)
    for mode in (LinkMode.SIGNED, LinkMode.CATALOGUE):
        use_mode(mode)
        page = shopper.post(checkout, form)
        assert page.status_code == 409
        assert "Not for sale any more: Hat" in page.text
    use_mode(LinkMode.OPEN)
    assert shopper.post(checkout, form).status_code == 303


def test_signed_lines_stay_good_in_signed_mode(
    shopper: Client, open_shop: Merchant, use_mode: Callable[..., object]
) -> None:
    use_mode(LinkMode.SIGNED)
    with scope(merchant=open_shop):
        good = sign_fields(current_link_key(open_shop), description="Hat", price="5")
    checkout = put(shopper, open_shop, product="Hat", price="5", hash=good)
    assert shopper.post(checkout, fill_in(shopper, checkout)).status_code == 303


def test_a_shop_that_closes_in_three_days_takes_orders(
    shopper: Client, open_shop: Merchant
) -> None:
    Merchant.objects.update(closing_at=timezone.now() + timedelta(days=3))
    checkout = put(shopper, open_shop, product="Hat", price="5")
    assert "takes no more orders" not in shopper.get(checkout).text
    assert shopper.post(checkout, fill_in(shopper, checkout)).status_code == 303
    with scopes_disabled():
        assert Order.objects.count() == 1


def test_a_closed_shop_takes_no_order_from_an_old_cart(
    shopper: Client, open_shop: Merchant
) -> None:
    checkout = put(shopper, open_shop, product="Hat", price="5")
    form = fill_in(shopper, checkout)
    Merchant.objects.update(closing_at=timezone.now())
    assert "takes no more orders" in shopper.get(checkout).text
    assert shopper.post(checkout, form).status_code == 409
    with scopes_disabled():
        assert not Order.objects.exists()


def test_a_shop_that_offers_no_delivery_for_now_does_not_deliver_for_nothing(
    shopper: Client, open_shop: Merchant
) -> None:
    checkout = put(shopper, open_shop, product="Hat", price="5")
    form = fill_in(shopper, checkout)
    with scopes_disabled():
        DeliveryMethod.objects.update(active=False)
        GatewayAccount.objects.create(
            merchant=open_shop,
            gateway="bank_transfer",
            settings={"iban": "DE89370400440532013000", "holder": "Ember", "days": 14},
        )
    assert "does not deliver this cart" in shopper.get(checkout).text
    assert shopper.post(checkout, form).status_code == 422
    nothing_to_send = put(Client(), open_shop, product="Song", price="5", noship="1")
    form = fill_in(shopper, nothing_to_send, payment="bank_transfer")
    assert shopper.post(nothing_to_send, form).status_code == 303


def test_a_deleted_product_changes_the_sum_and_is_shown_before_ordering(
    shopper: Client, open_shop: Merchant, belt: Product
) -> None:
    put(shopper, open_shop, product="Hat", price="5")
    checkout = (
        shopper.get("/buy/ember-leather/BELT").headers["Location"].replace("cart", "checkout")
    )
    form = fill_in(shopper, checkout)
    with scopes_disabled():
        belt.delete()
    page = shopper.post(checkout, form)
    assert page.status_code == 409
    assert "was €58.90 and is now €9.90" in page.text


def test_what_costs_nothing_is_paid_and_waits_like_any_other(
    shopper: Client, open_shop: Merchant
) -> None:
    checkout = put(shopper, open_shop, product="Sample", price="0", noship="1")
    answer = shopper.post(checkout, fill_in(shopper, checkout), follow=True)
    assert "There is nothing to pay" in answer.text
    order = only_order()
    assert (order.total_minor, order.payment_state, order.state) == (0, "paid", "waiting")
    with scopes_disabled():
        assert not Invoice.objects.exists()


def test_a_fixed_quantity_cannot_be_typed_past_the_page(
    shopper: Client, open_shop: Merchant
) -> None:
    cart = put(shopper, open_shop, product="Prize", price="1", noqty="1").replace(
        "checkout", "cart"
    )
    with scopes_disabled():
        line = CartLine.objects.get()
    shopper.post(cart, {f"quantity-{line.public_id}": "50"})
    with scopes_disabled():
        assert CartLine.objects.get().quantity == 1
    assert "Taken out:" in shopper.post(cart, {"remove": line.public_id}, follow=True).text


def test_goods_of_a_payment_left_at_the_cards_question_are_sold_again(
    shopper: Client, open_shop: Merchant, belt: Product, stripe_standin, time_machine
) -> None:
    checkout = (
        shopper.get("/buy/ember-leather/BELT").headers["Location"].replace("cart", "checkout")
    )
    paying = shopper.post(checkout, fill_in(shopper, checkout, payment="stripe")).headers[
        "Location"
    ]
    stripe_standin.press(shopper.get(paying).headers["Location"], "challenge")
    stripe_standin.send_all()
    time_machine.move_to(timezone.now() + timedelta(hours=2, minutes=5))
    assert give_up_unpaid() == 1
    belt.refresh_from_db()
    assert belt.stock == 10
    with scopes_disabled():
        mail = Mail.objects.get(template="orders/cancelled", address="anna.nowak@example.org")
    assert "No payment came for your order 1001" in mail.text


def test_money_for_a_cancelled_order_is_shown_and_writes_no_invoice(
    shopper: Client, office: Client, open_shop: Merchant, belt: Product, stripe_standin
) -> None:
    checkout = (
        shopper.get("/buy/ember-leather/BELT").headers["Location"].replace("cart", "checkout")
    )
    paying = shopper.post(checkout, fill_in(shopper, checkout, payment="stripe")).headers[
        "Location"
    ]
    page = shopper.get(paying).headers["Location"]
    order = only_order()
    base = f"/office/{open_shop.handle}/orders/{order.public_id}/"
    office.post(f"{base}cancel/", {"number": order.number, "restock": "on"})
    stripe_standin.press(page, "pay")
    stripe_standin.send_all()
    assert "is still with you. Give it back." in office.get(base).text
    follow = reverse("orders:follow", args=[order.token])
    assert "is still to be given back" in shopper.get(follow).text
    office.post(f"{base}refund/", {"amount": "53.90", "key": "k" * 12})
    assert "is still with you" not in office.get(base).text
    with scopes_disabled():
        assert not Invoice.objects.exists()


def test_a_total_finer_than_cards_take_is_said_before_the_order_stands(
    shopper: Client, open_shop: Merchant, belt: Product, stripe_standin
) -> None:
    """12.345 + 0.490 Kuwaiti dinars: cards take whole tens of fils only."""
    with scopes_disabled():
        open_shop.currency = "KWD"
        open_shop.save()
        Product.objects.update(price_minor=12345)
    cart = shopper.get("/buy/ember-leather/BELT").headers["Location"]
    checkout = cart.replace("cart", "checkout")
    assert 'value="stripe"' not in shopper.get(checkout).text
    answer = shopper.post(checkout, fill_in(shopper, checkout, payment="stripe"))
    assert answer.status_code == 422
    with scopes_disabled():
        GatewayAccount.objects.filter(gateway="on_delivery").delete()
    assert "finer than cards take" in shopper.get(checkout).text
    with scopes_disabled():
        assert not Order.objects.exists()
        belt.refresh_from_db()
        assert belt.stock == 10
        Product.objects.update(price_minor=12340)
    answer = shopper.post(checkout, fill_in(shopper, checkout, payment="stripe"))
    assert answer.status_code == 303
    assert only_order().total_minor == 12830


def test_a_payment_under_way_is_not_asked_for_twice(
    shopper: Client, open_shop: Merchant, belt: Product, stripe_standin, time_machine
) -> None:
    checkout = (
        shopper.get("/buy/ember-leather/BELT").headers["Location"].replace("cart", "checkout")
    )
    paying = shopper.post(checkout, fill_in(shopper, checkout, payment="stripe")).headers[
        "Location"
    ]
    stripe_standin.press(shopper.get(paying).headers["Location"], "later")
    stripe_standin.send_all()
    time_machine.move_to(timezone.now() + timedelta(days=2))
    follow = reverse("orders:follow", args=[only_order().token])
    page = shopper.get(follow).text
    assert "under way" in page
    assert "Pay now" not in page
    assert shopper.post(f"{follow}pay/").status_code == 409
    assert give_up_unpaid() == 0


def test_a_town_stands_in_the_order_as_it_was_typed(shopper: Client, open_shop: Merchant) -> None:
    checkout = put(shopper, open_shop, product="Hat", price="5")
    shopper.post(checkout, fill_in(shopper, checkout, **{"shipping-city": "Bad Tölz"}))
    with scopes_disabled():
        assert Order.objects.get().addresses.get().city == "Bad Tölz"


def test_ordering_again_after_the_back_button_leads_to_the_same_order(
    shopper: Client, open_shop: Merchant
) -> None:
    checkout = put(shopper, open_shop, product="Hat", price="5")
    form = fill_in(shopper, checkout)
    first = shopper.post(checkout, form).headers["Location"]
    assert shopper.get(checkout).headers["Location"] == first
    assert shopper.post(checkout, PERSON | {"order": "1"}).headers["Location"] == first
    assert (
        shopper.post(checkout.replace("checkout", "cart"), {"checkout": "1"}).headers["Location"]
        == first
    )
