"""Posts as old pages really send them, and worse: the right article at the right price, or a refusal."""

from collections.abc import Callable

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from tradepost.checkout.models import Cart, CartLine, LinkProblem
from tradepost.checkout.types import ProblemKind
from tradepost.merchants.models import Merchant

Lines = Callable[[], list[CartLine]]
Pairs = list[tuple[str, str]]
Wanted = list[tuple[str, int, int]]  # description, quantity, unit price


def row(number: str, product: str, price: str, qty: str) -> Pairs:
    return [("qty" + number, qty), ("product" + number, product), ("price" + number, price)]


def many(name: str, *values: str) -> Pairs:
    return [(name, value) for value in values]


HAT: Pairs = [("product", "Hat")]
TAKEN: list[tuple[str, Pairs, Wanted]] = [
    (
        "three rows of the same names, the second wanted",
        row("1", "C", "12.10", "") + row("1", "D", "19.80", "2") + row("1", "E", "33.00", ""),
        [("D", 2, 1980)],
    ),
    (
        "two rows of the same names",
        row("1", "Vitamin C", "10.00", "3") + row("1", "Zinc", "7.50", "1"),
        [("Vitamin C", 3, 1000), ("Zinc", 1, 750)],
    ),
    (
        "rows without a number",
        row("", "A", "5", "1") + row("", "B", "6", "2"),
        [("A", 1, 500), ("B", 2, 600)],
    ),
    (
        "rows of the same names beside other numbers",
        row("1", "A", "5", "1") + row("1", "B", "6", "1") + row("2", "C", "7", "1"),
        [("A", 1, 500), ("B", 1, 600), ("C", 1, 700)],
    ),
    (
        "all values of one name first, then those of the next",
        many("qty1", "1", "2") + many("product1", "A", "B") + many("price1", "5", "6"),
        [("A", 1, 500), ("B", 2, 600)],
    ),
    ("two chosen articles", many("productpr", "A:5", "B:6"), [("A", 1, 500), ("B", 1, 600)]),
    (
        "one of two selects was left empty",
        [*many("productpr", "", "B:6"), ("qty", "2")],
        [("B", 2, 600)],
    ),
    (
        "options in brackets stay options",
        [*many("product[]", "Shirt", "Red", "XL"), ("price", "20")],
        [("Shirt", 1, 2000)],
    ),
    ("options without brackets", [*many("product", "Shirt", "Red"), ("price", "20")],
     [("Shirt", 1, 2000)]),
    ("a further choice that costs nothing", many("productpr[]", "Shirt:20", "Red:0"),
     [("Shirt", 1, 2000)]),
    (
        "a lone line without a box for the quantity",
        [("product1", "A"), ("price1", "5"), ("qty1", ""), ("noqty1", "1")],
        [("A", 1, 500)],
    ),
    ("a lone line without a quantity at all", [("product1", "A"), ("price1", "5"), ("noqty1", "2")],
     [("A", 1, 500)]),
    (
        "of several lines without a box those without a quantity are left out",
        [*row("1", "A", "5", ""), ("noqty1", "1"), *row("2", "B", "6", "2"), ("noqty2", "1")],
        [("B", 2, 600)],
    ),
    ("an article number with colons", [("productpr", "Book:9.90:1:DE101:412")], [("Book", 1, 990)]),
    ("quantity with decimals that are none", [*HAT, ("price", "5"), ("qty", "2.00")],
     [("Hat", 2, 500)]),
]  # fmt: skip
PRICES_TAKEN = {
    ".99": 99, "0.99": 99, ",99": 99, "16.9575": 1696, "24.950000000000003": 2495,
    "11.655": 1166, "12.345": 1235, "0.445": 45, "11.654999999999999": 1165, "0.455": 46, "1234.567": 123457, "9.995001": 1000,
    "16,9575": 1696, "12.": 1200, "1 234,50": 123450, "1,234": 123400, "1.234.567": 123456700,
    "12.50 EUR": 1250, "€12": 1200, "CA$12.50": 1250, "Fr. 12.50": 1250, "12.50 kr": 1250,
}  # fmt: skip
PRICES_REFUSED = (
    "99c", "99 c", "12 50", "12..50", "12,,50", "12.50.", "12 GBP", "12 one", "99p", "12.5o",
    "1.000", "1.299", "2.495", "12.990", "1.23.45", "1,2,3", "12 3456", "1 23", "12'50",
    "1.234,567", "12.50.00", "..50", ".", ",", "-", "12--3", "- 12", "12€50", "€", "€€12",
    "12.50 12.50", "12\t50", "0.001", "0.0049", "12.50 each", "ca. 12", "12+3", "(12)", "1e2",
    "٣.٥٠", "12．50", "12 000,5 0", "12.50/2", "12:50", "12;50", "12*2", "$-5", "+-5", "9" * 41,
    "1" + " " * 3990 + "!", "1" * 12 + ".00", "¢50", "50¢",
)  # fmt: skip
QUANTITIES_REFUSED = (
    "1,000", "1.000", "1 000", "1,5", "0.5", "-1", "--1", "1e1", "２", "one", "1+1", "10001",
    "1'000", "1.001", "1..0", "9" * 30,
)  # fmt: skip
REFUSED: list[tuple[str, Pairs]] = [
    ("two prices for one article", [*HAT, *many("price", "5", "9")]),
    ("two articles, one price, numbered", [*many("product1", "A", "B"), ("price1", "5"), ("qty1", "1")]),
    ("three articles, two prices", [*many("product1", "A", "B", "C"), *many("price1", "5", "6"), *many("qty1", "1", "1", "1")]),
    ("one quantity for two articles", [*many("product1", "A", "B"), *many("price1", "5", "6"), ("qty1", "1")]),
    ("two quantities for one article", [*HAT, ("price", "5"), *many("qty", "1", "2")]),
    ("two chosen articles and one quantity", [*many("productpr", "A:5", "B:6"), ("qty", "1")]),
    ("two chosen articles in brackets", many("productpr[]", "A:5", "B:6")),
    ("article numbers of some rows only", [*row("1", "A", "5", "1"), ("scode1", "S"), *row("1", "B", "6", "1")]),
    ("tax of some rows only", [*row("1", "A", "5", "1"), ("tax1", "7"), *row("1", "B", "6", "1")]),
    ("two taxes for all lines", [*row("1", "A", "5", "1"), *many("tax", "7", "19")]),
    ("two hashes", [*HAT, ("price", "5"), *many("hash", "a", "b")]),
    ("two quantity prices", [*HAT, *many("discountpr", "0,5", "0,6")]),
    ("rows and options in brackets", [*row("1", "A", "5", "1"), *row("1", "B", "6", "1"), ("product1[]", "Red")]),
    ("an article number that would be cut", [*HAT, ("price", "5"), ("scode", "x" * 81)]),
    ("a band count in other digits", [*HAT, ("discountpr", "٣,5:0,4")]),
    ("a band without a price", [*HAT, ("discountpr", "3:0,4")]),
    ("a band of doubtful thousands", [*HAT, ("discountpr", "3,1.299:0,1.199")]),
]  # fmt: skip


def send(browser: Client, merchant: Merchant, pairs: Pairs, **more: str) -> object:
    fields: dict[str, list[str]] = {}
    for name, value in [("userid", merchant.cart_username), *pairs, *more.items()]:
        fields.setdefault(name, []).append(value)
    return browser.post("/cf/addmulti.cfm", fields)


def found(lines: list[CartLine]) -> Wanted:
    return [(line.description, line.quantity, line.unit_minor or 0) for line in lines]


@pytest.mark.parametrize("hash_of", ["", ":" + "0" * 32])
def test_an_article_number_keeps_its_colons(
    shopper: Client, merchant: Merchant, lines_of: Lines, hash_of: str
) -> None:
    send(shopper, merchant, [("productpr", "Book:9.90:1:DE101:412" + hash_of)])
    assert [(line.sku, line.unit_minor) for line in lines_of()] == [("DE101:412", 990)]


@pytest.mark.parametrize("asked", ["GBP", "7", "usd"])
def test_a_price_in_another_currency_is_refused(
    shopper: Client, merchant: Merchant, asked: str
) -> None:
    pairs = [*HAT, ("price", "5"), ("currency", asked)]
    assert send(shopper, merchant, pairs).status_code == 422
    taken = [*HAT, ("price", "5"), ("currency", merchant.currency.lower())]
    assert send(shopper, merchant, taken).status_code == 303


def test_there_are_more_than_a_hundred() -> None:
    cases = (TAKEN, PRICES_TAKEN, PRICES_REFUSED, QUANTITIES_REFUSED, REFUSED)
    assert sum(map(len, cases)) >= 100


@pytest.mark.parametrize(("words", "pairs", "wanted"), TAKEN, ids=[one[0] for one in TAKEN])
def test_is_read_as_the_page_means_it(
    shopper: Client, merchant: Merchant, lines_of: Lines, words: str, pairs: Pairs, wanted: Wanted
) -> None:
    answer = send(shopper, merchant, pairs)
    assert answer.status_code == 303, answer.text
    assert found(lines_of()) == wanted


@pytest.mark.parametrize(("words", "pairs"), REFUSED, ids=[one[0] for one in REFUSED])
def test_is_refused_rather_than_mixed(
    shopper: Client, merchant: Merchant, words: str, pairs: Pairs
) -> None:
    assert send(shopper, merchant, pairs).status_code == 422
    with scopes_disabled():
        assert not Cart.objects.exists()
        assert LinkProblem.objects.filter(merchant=merchant).exists(), "the merchant hears of it"


def test_prices_are_read_or_refused_never_guessed(
    merchant: Merchant, lines_of: Lines, subtests: pytest.Subtests
) -> None:
    for text, minor in PRICES_TAKEN.items():
        with subtests.test(text):
            with scopes_disabled():
                Cart.objects.all().delete()
            send(Client(), merchant, [*HAT, ("price", text)])
            assert found(lines_of()) == [("Hat", 1, minor)]
    with scopes_disabled():
        Cart.objects.all().delete()
    for text in PRICES_REFUSED:
        with subtests.test(text[:60]):
            assert send(Client(), merchant, [*HAT, ("price", text)]).status_code == 422
    assert lines_of() == []


def test_quantities_are_whole_or_refused(
    merchant: Merchant, lines_of: Lines, subtests: pytest.Subtests
) -> None:
    for text in QUANTITIES_REFUSED:
        with subtests.test(text):
            answer = send(Client(), merchant, [*HAT, ("price", "5"), ("qty", text)])
            assert answer.status_code == 422
    assert lines_of() == []


UNITS = {"1.250": 1.25, "0,500": 0.5, "2,5": 2.5, "1250": 1250, "": None}


def test_units_are_read_or_refused_never_guessed(
    merchant: Merchant, lines_of: Lines, subtests: pytest.Subtests
) -> None:
    """They decide about the price of delivery: ``1,000`` grams are no gram."""
    for text, units in UNITS.items():
        with subtests.test(text):
            with scopes_disabled():
                Cart.objects.all().delete()
            send(Client(), merchant, [*HAT, ("price", "5.00"), ("units", text)])
            assert [line.units for line in lines_of()] == [units]
    with scopes_disabled():
        Cart.objects.all().delete()
    for text in ("1,000", "12,500", "1 000", "1.000.000", "1,000.5"):
        with subtests.test(text):
            fields = [*HAT, ("price", "5.00"), ("units", text)]
            assert send(Client(), merchant, fields).status_code == 422
    assert lines_of() == []
    send(Client(), merchant, [*HAT, ("price", "5,00"), ("units", "1,250")])
    assert [line.units for line in lines_of()] == [1.25], "the form shows its decimal mark"


def test_computed_bands_are_rounded_beside_plain_ones(
    shopper: Client, merchant: Merchant, lines_of: Lines
) -> None:
    send(shopper, merchant, [*HAT, ("discountpr", "4,19.99:5,17.991:0,15.992")])
    assert lines_of()[0].bands == [[4, 1999], [5, 1799], [0, 1599]]
    with scopes_disabled():
        problem = LinkProblem.objects.get(merchant=merchant)
    assert (problem.kind, problem.field) == (ProblemKind.ROUNDED, "discountpr")


def test_the_merchant_hears_of_rounded_prices(shopper: Client, merchant: Merchant) -> None:
    send(shopper, merchant, [*HAT, ("price", "16.9575")])
    with scopes_disabled():
        problem = LinkProblem.objects.get(merchant=merchant)
    assert (problem.kind, problem.value) == (ProblemKind.ROUNDED, "16.9575")


def test_where_the_shop_writes_commas_a_point_may_mean_thousands(
    shopper: Client, merchant: Merchant, lines_of: Lines
) -> None:
    with scopes_disabled():
        merchant.language = "de"
        merchant.save()
    assert send(shopper, merchant, [*HAT, ("price", "11.655")]).status_code == 422
    send(shopper, merchant, row("1", "A", "11.655", "1") + row("2", "B", "19.95", "1"))
    assert found(lines_of()) == [("A", 1, 1166), ("B", 1, 1995)], "the form shows its decimal mark"
    send(shopper, merchant, [("product", "C"), ("discountpr", "4,19.99:5,17.991:0,15.992")])
    assert lines_of()[-1].bands == [[4, 1999], [5, 1799], [0, 1599]], "so do quantity prices"


def test_the_same_field_in_form_and_address_is_said_once(
    shopper: Client, merchant: Merchant, lines_of: Lines
) -> None:
    fields = {"userid": merchant.cart_username, "product": "Hat", "price": "5"}
    shopper.post("/cf/add.cfm?product=Hat&price=5", fields)
    assert found(lines_of()) == [("Hat", 1, 500)]
    assert shopper.post("/cf/add.cfm?price=9", fields).status_code == 422


@pytest.mark.parametrize("asked", ["nocart", "nocart=", "nocart=1", "nocart=yes"])
def test_nocart_means_yes_with_or_without_a_value(
    shopper: Client, merchant: Merchant, asked: str
) -> None:
    back = "return=www.ember-leather.example/p.htm"
    fields = f"userid={merchant.cart_username}&product=Hat&price=5&{asked}&sd=a%26b&{back}"
    answer = shopper.get(f"/cf/add.cfm?{fields}")
    assert answer.headers["Location"] == (
        "http://www.ember-leather.example/p.htm?qty=1&tot=5.00&sd=a%26b"
    )


@pytest.mark.parametrize("asked", ["0", "no", "false", "Off"])
def test_nocart_with_a_no_shows_the_cart(shopper: Client, merchant: Merchant, asked: str) -> None:
    pairs = [*HAT, ("price", "5"), ("nocart", asked), ("return", "ember-leather.example/p.htm")]
    assert send(shopper, merchant, pairs).headers["Location"].startswith("/cart/")


def test_a_page_asks_for_its_basket_and_opens_no_cart(shopper: Client, merchant: Merchant) -> None:
    probe = "qty=0&&price=&product=&nocart&return=ember-leather.example/p.htm%3Fqty%3D9%26x%3D1"
    address = f"/cf/add.cfm?userid={merchant.cart_username}&{probe}"
    assert shopper.get(address).headers["Location"] == (
        "http://ember-leather.example/p.htm?x=1&qty=0&tot=0.00&sd="
    )
    with scopes_disabled():
        assert not Cart.objects.exists()


def test_a_review_link_says_where_shopping_goes_on(
    shopper: Client, merchant: Merchant, lines_of: Lines
) -> None:
    send(shopper, merchant, [*HAT, ("price", "5"), ("return", "ember-leather.example/a.htm")])
    page = {"userid": merchant.cart_username, "return": "ember-leather.example/b.htm?c=1"}
    cart = shopper.get("/cf/review.cfm", page, follow=True)
    assert "http://ember-leather.example/b.htm?c=1&amp;qty=1&amp;tot=5.00" in cart.text
    assert "a.htm" not in cart.text


@pytest.mark.parametrize("name", ["product", "product[]"])
def test_words_that_do_not_fit_are_refused_not_cut(
    shopper: Client, merchant: Merchant, lines_of: Lines, name: str
) -> None:
    """The name of the article, and what was chosen or written for it."""
    first = [] if name == "product" else [("product[]", "Ring")]
    for count, status in ((1001, 422), (1000, 303)):
        pairs = [*first, (name, "x" * count), ("price", "5")]
        assert send(shopper, merchant, pairs).status_code == status
    (line,) = lines_of()
    assert max(len(line.description), len(line.options)) == 1000


def test_the_cart_tells_other_peoples_sites_nothing(
    shopper: Client, merchant: Merchant, lines_of: Lines
) -> None:
    back = [("return", "stranger.example/p.htm?c=1"), ("sd", "session-7")]
    cart = shopper.get(send(shopper, merchant, [*HAT, ("price", "5"), *back]).headers["Location"])
    assert "http://stranger.example/p.htm?c=1" in cart.text
    assert "tot=" not in cart.text
    assert "session-7" not in cart.text
