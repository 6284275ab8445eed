"""What a quote must say for every cart there can be: in all currencies, with tax inside or on top, with codes.

Nothing here asks the database: a quote is worked out from what has been read.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tradepost.catalog.models import Product
from tradepost.catalog.tax import TaxTable
from tradepost.catalog.types import TaxClass, TaxRule
from tradepost.checkout.models import Cart, CartLine, CartSettings, Coupon
from tradepost.checkout.pricing import line_prices
from tradepost.checkout.pricing.quote import Contents, DeliveryChoice, Quote, quote_of
from tradepost.checkout.types import LinkMode, Rounding
from tradepost.lib.money import Money, decimals_of
from tradepost.merchants.models import Merchant
from tradepost.orders.types import Totals

CURRENCIES = ("JPY", "RSD", "EUR", "USD", "KWD")  # none, none, two, two, three digits
prices = st.integers(0, 10**7)
rates = st.none() | st.sampled_from([Decimal(rate) for rate in ("0", "5.5", "7", "25.5", "100")])
many = settings(max_examples=150, deadline=None)


@st.composite
def rows(draw: st.DrawFn, merchant: Merchant, number: int) -> CartLine:
    """A line at the product's price, at a page's, or at a page's prices by quantity."""
    row = CartLine(
        pk=number,
        merchant=merchant,
        description="Hat",
        quantity=draw(st.integers(1, 500)),
        no_shipping=draw(st.booleans()),
    )
    kind = draw(st.sampled_from(["product", "page", "bands"]))
    if kind == "product":
        row.product = Product(
            pk=number,
            merchant=merchant,
            price_minor=draw(prices),
            tax_class=draw(st.sampled_from(TaxClass.values)),
        )
        return row
    row.tax_rate = draw(rates)
    if kind == "page":
        row.unit_minor = draw(prices)
    else:
        counts = draw(st.lists(st.integers(1, 50), min_size=1, max_size=3))
        row.bands = [[count, draw(prices)] for count in [*counts, 0]]
    return row


def no_coupon() -> st.SearchStrategy[Coupon | None]:
    return st.none()


def coupons() -> st.SearchStrategy[Coupon | None]:
    percents = st.decimals("0.01", "100", places=2)
    return st.builds(Coupon, percent=percents) | st.builds(Coupon, amount_minor=prices)


@st.composite
def contents(draw: st.DrawFn, coupon: Any = None) -> Contents:
    merchant = Merchant(pk=1, currency=draw(st.sampled_from(CURRENCIES)), home_country="DE")
    wanted = [draw(rows(merchant, number)) for number in range(1, draw(st.integers(2, 6)))]
    lines = [line_prices.price_line(row, merchant, LinkMode.OPEN, {}) for row in wanted]
    return Contents(
        cart=Cart(merchant=merchant),
        merchant=merchant,
        lines=tuple(lines),
        removed=(),
        coupon=draw(st.none() | coupons() if coupon is None else coupon),
        coupon_problem="",
        settings=CartSettings(rounding=draw(st.sampled_from(Rounding.values))),
        taxes=TaxTable(
            home="DE", prices_include_tax=draw(st.booleans()), rule=TaxRule.DESTINATION, own={}
        ),
    )


@st.composite
def deliveries(draw: st.DrawFn, currency: str) -> DeliveryChoice | None:
    if draw(st.booleans()):
        return None
    tax_class = draw(st.sampled_from(TaxClass.values))
    return DeliveryChoice("key", "Post", "", draw(st.integers(0, 10**5)), currency, tax_class)


@st.composite
def quotes(draw: st.DrawFn, coupon: Any = None) -> Quote:
    read = draw(contents(coupon))
    country = draw(st.sampled_from(["DE", "FR", "FI", "US"]))
    return quote_of(read, country, draw(deliveries(read.merchant.currency)))


def added_tax(totals: Totals) -> int:
    return 0 if totals.prices_include_tax else totals.tax_minor


@many
@given(quotes())
def test_lines_less_the_discount_plus_delivery_and_tax_are_the_total(quote: Quote) -> None:
    totals = quote.totals
    goods = sum(line.total_minor for line in quote.lines)
    assert goods == totals.goods_minor == quote.contents.goods.minor
    assert totals.discount_minor == quote.contents.discount.minor
    sent = quote.delivery.price_minor if quote.delivery else 0
    assert totals.total_minor == goods - totals.discount_minor + sent + added_tax(totals)
    assert totals.adds_up


@many
@given(quotes())
def test_each_line_of_the_order_is_so_many_at_one_price(quote: Quote) -> None:
    assert all(
        line.quantity > 0 and line.quantity * line.unit_price_minor == line.total_minor
        for line in quote.lines
    )
    wanted = sum(line.row.quantity for line in quote.contents.lines)
    assert sum(line.quantity for line in quote.lines) == wanted


@many
@given(quotes())
def test_the_rates_hold_the_whole_total_and_all_of_its_tax(quote: Quote) -> None:
    totals = quote.totals
    assert sum(part.base_minor + part.tax_minor for part in totals.taxes) == totals.total_minor
    assert sum(part.tax_minor for part in totals.taxes) == totals.tax_minor
    assert all(part.base_minor >= 0 and part.tax_minor >= 0 for part in totals.taxes)
    assert len({part.rate for part in totals.taxes}) == len(totals.taxes)


@many
@given(quotes())
def test_tax_of_the_lines_is_the_tax_of_the_order_to_the_unit_where_it_is_rounded_by_line(
    quote: Quote,
) -> None:
    totals = quote.totals
    by_line = sum(line.tax_minor for line in quote.lines)
    of_delivery = 0
    if quote.delivery:
        rate = totals.delivery_tax_rate
        whole = Decimal(100) + (rate if totals.prices_include_tax else 0)
        of_delivery = int(totals.delivery_minor * rate / whole + Decimal("0.5"))
    off = abs(totals.tax_minor - by_line - of_delivery)
    assert (
        off == 0 if quote.contents.settings.rounding == Rounding.LINE else off <= len(quote.lines)
    )


@many
@given(quotes(coupons()))
def test_a_code_takes_off_what_it_says_and_never_more_than_the_goods(quote: Quote) -> None:
    totals, coupon = quote.totals, quote.contents.coupon
    assert coupon is not None
    assert 0 <= totals.discount_minor <= totals.goods_minor
    if coupon.percent is None:
        assert totals.discount_minor == min(coupon.amount_minor or 0, totals.goods_minor)
    else:
        exact = totals.goods_minor * coupon.percent / 100
        assert abs(totals.discount_minor - exact) <= Decimal("0.5")
    without = quote_of(replace(quote.contents, coupon=None), quote.country, quote.delivery)
    assert totals.total_minor <= without.totals.total_minor
    assert totals.tax_minor <= without.totals.tax_minor + len(quote.lines)


@many
@given(quotes(no_coupon()))
def test_tax_on_top_is_what_a_gross_price_would_hold_again(quote: Quote) -> None:
    """Gross prices made of net ones, rate by rate, hold the tax that stood on top of the net ones."""
    for part in quote.totals.taxes:
        gross = part.base_minor + part.tax_minor
        inside = gross * part.rate / (100 + part.rate)
        slack = len(quote.lines) + 1
        assert abs(part.tax_minor - inside) <= slack


@many
@given(quotes())
def test_amounts_are_written_with_the_digits_of_their_currency(quote: Quote) -> None:
    written = quote.totals.total.plain()
    digits = decimals_of(quote.merchant.currency)
    assert len(written.partition(".")[2]) == digits
    assert Money.parse(written, quote.merchant.currency) == quote.totals.total


@many
@given(quotes(), st.data())
def test_whatever_a_buyer_is_shown_differently_has_another_fingerprint(
    quote: Quote, data: st.DataObject
) -> None:
    again = quote_of(quote.contents, quote.country, quote.delivery)
    assert (again.fingerprint, again.totals) == (quote.fingerprint, quote.totals)
    read = quote.contents
    number = data.draw(st.integers(0, len(read.lines) - 1))
    line = read.lines[number]
    count, price = line.parts[0]
    dearer = replace(line, parts=[(count, price + 1), *line.parts[1:]])
    lines = (*read.lines[:number], dearer, *read.lines[number + 1 :])
    other = quote_of(replace(read, lines=lines), quote.country, quote.delivery)
    assert other.fingerprint != quote.fingerprint
