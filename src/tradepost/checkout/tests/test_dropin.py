"""Links and forms of old pages, as they are out there."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from tradepost.audit.types import SYSTEM
from tradepost.catalog.actions.options import set_options
from tradepost.checkout.dropin.signing import current_link_key, sign_fields
from tradepost.checkout.models import Cart, CartLine, LinkProblem
from tradepost.checkout.tests.conftest import make_product, only_cart
from tradepost.checkout.types import LinkMode, ProblemKind
from tradepost.merchants.models import Merchant

Lines = Callable[[], list[CartLine]]


def test_a_link_adds_and_shows_the_cart(
    shopper: Client, merchant: Merchant, lines_of: Lines
) -> None:
    fields = {"userid": merchant.cart_username, "product": "Blue Hat", "price": "12.50", "qty": "2"}
    page = shopper.get("/cf/add.cfm", fields, follow=True)
    assert page.status_code == 200
    assert "Blue Hat" in page.text
    assert "€25.00" in page.text
    (line,) = lines_of()
    assert (line.unit_minor, line.quantity, line.price_from_page) == (1250, 2, True)


def test_a_form_from_another_site_needs_no_csrf_token(merchant: Merchant, lines_of: Lines) -> None:
    strict = Client(enforce_csrf_checks=True)
    fields = {"userid": merchant.cart_username, "product": "Hat", "price": "5"}
    assert strict.post("/cf/add.cfm", fields).status_code == 303
    assert lines_of()[0].unit_minor == 500


def test_two_products_lie_in_one_cart(shopper: Client, merchant: Merchant, lines_of: Lines) -> None:
    for name in ("Hat", "Scarf", "Hat"):
        shopper.get(
            "/cf/add.cfm", {"userid": merchant.cart_username, "product": name, "price": "5"}
        )
    assert [(line.description, line.quantity) for line in lines_of()] == [("Hat", 2), ("Scarf", 1)]
    assert len({line.cart_id for line in lines_of()}) == 1


def test_sixty_numbered_lines_with_gaps(
    shopper: Client, merchant: Merchant, lines_of: Lines
) -> None:
    fields = {"userid": merchant.cart_username}
    for number in range(1, 121, 2):
        fields |= {f"product{number}": f"Tile {number}", f"price{number}": "1.10"}
        fields[f"qty{number}"] = "3"
    fields |= {"product99": "left out", "qty99": "0"}
    shopper.post("/cf/addmulti.cfm", fields)
    assert len(lines_of()) == 59
    assert lines_of()[0].description == "Tile 1"


def test_options_are_joined(shopper: Client, merchant: Merchant, lines_of: Lines) -> None:
    fields = {
        "userid": merchant.cart_username,
        "product[]": ["T-shirt", "Red", "XL"],
        "price": "20",
    }
    shopper.post("/cf/add.cfm", fields)
    (line,) = lines_of()
    assert (line.description, line.options) == ("T-shirt", "Red, XL")


@pytest.mark.parametrize(
    ("packed", "expected"),
    [
        ("Large:12.50", ("Large", 1250, None, "")),
        ("Large:12.50:3", ("Large", 1250, 3, "")),
        ("Large:12.50:3:SKU1", ("Large", 1250, 3, "SKU1")),
        ("Size: L:9,50", ("Size: L", 950, None, "")),
    ],
)
def test_everything_in_one_field(
    shopper: Client, merchant: Merchant, lines_of: Lines, packed: str, expected: tuple[object, ...]
) -> None:
    shopper.post("/cf/add.cfm", {"userid": merchant.cart_username, "productpr": packed})
    (line,) = lines_of()
    assert (line.description, line.unit_minor, line.units, line.sku) == expected


def test_quantity_prices_add_up(shopper: Client, merchant: Merchant) -> None:
    fields = {
        "userid": merchant.cart_username,
        "product": "Nails",
        "discountpr": "3,9.99:4,8.99:0,6.99",
        "qty": "9",
    }
    page = shopper.get("/cf/add.cfm", fields, follow=True)
    assert "€79.91" in page.text  # 3 × 9.99 + 4 × 8.99 + 2 × 6.99


def test_windows_1252_bytes_are_read(shopper: Client, merchant: Merchant, lines_of: Lines) -> None:
    body = b"userid=" + merchant.cart_username.encode() + b"&product=Caf%E9+%80+%93&price=12,50"
    shopper.post("/cf/add.cfm", body, content_type="application/x-www-form-urlencoded")
    (line,) = lines_of()
    assert (line.description, line.unit_minor) == ("Café € “", 1250)


def test_html_entities_are_read(shopper: Client, merchant: Merchant, lines_of: Lines) -> None:
    shopper.get(
        "/cf/add.cfm",
        {"userid": merchant.cart_username, "product": "Caf&eacute; &amp; Co", "price": "1"},
    )
    assert lines_of()[0].description == "Café & Co"


def test_fields_of_an_address_are_not_taken_for_entities(
    shopper: Client, merchant: Merchant, lines_of: Lines
) -> None:
    page = "http://ember-leather.example/list.php?id=3&section=2&copy=1&reg=x"
    fields = {"userid": merchant.cart_username, "product": "R&D &amp; more", "price": "1"}
    shopper.get("/cf/add.cfm", fields | {"return": page, "producturl": page})
    (line,) = lines_of()
    assert (line.cart.return_url, line.product_url, line.description) == (page, page, "R&D & more")


def test_the_merchants_own_data_comes_back_untouched(
    shopper: Client, merchant: Merchant, lines_of: Lines
) -> None:
    data = " a=1&amp;b=<x>\r\n&copy=2\té "
    fields = {"userid": merchant.cart_username, "product": "Hat", "price": "1"}
    shopper.post("/cf/add.cfm", fields | {"sd": data})
    assert lines_of()[0].cart.session_data == data


def test_gift_vouchers_of_the_old_cart_are_refused_in_words(
    shopper: Client, merchant: Merchant
) -> None:
    page = shopper.get("/cf/voucher.cfm", {"userid": merchant.cart_username})
    assert page.status_code == 422
    assert "does not sell gift vouchers" in page.text
    with scopes_disabled():
        assert LinkProblem.objects.get(merchant=merchant).field == "voucher.cfm"


def test_formatting_is_kept_and_html_is_not(shopper: Client, merchant: Merchant) -> None:
    fields = {
        "userid": merchant.cart_username,
        "product": "{b}Hat{/b}{br}<script>alert(1)</script><img src=x onerror=alert(1)>",
        "price": "1",
    }
    page = shopper.get("/cf/add.cfm", fields, follow=True).text
    assert "<strong>Hat</strong><br>&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_nocart_goes_back_to_the_shops_own_page(shopper: Client, merchant: Merchant) -> None:
    fields = {"userid": merchant.cart_username, "product": "Hat", "price": "1", "nocart": "1"}
    back = shopper.get("/cf/add.cfm", fields | {"return": "www.ember-leather.example/hats.html"})
    assert (back.status_code, back.headers["Location"]) == (
        302,
        "http://www.ember-leather.example/hats.html?qty=1&tot=1.00&sd=",
    )


def test_nocart_leads_nowhere_else_unasked(shopper: Client, merchant: Merchant) -> None:
    fields = {"userid": merchant.cart_username, "product": "Hat", "price": "1", "nocart": "1"}
    page = shopper.get("/cf/add.cfm", fields | {"return": "https://evil.example/phish"})
    assert page.status_code == 200
    assert "evil.example" in page.text
    assert "not a website that this shop has named" in page.text


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "\\\\evil.example",
        "https://ember-leather.example@evil.example/",
        "https:evil.example",
        "/office/",
    ],
)
def test_no_return_address_is_an_open_redirect(
    shopper: Client, merchant: Merchant, address: str
) -> None:
    fields = {"userid": merchant.cart_username, "product": "Hat", "price": "1", "nocart": "1"}
    answer = shopper.get("/cf/add.cfm", fields | {"return": address})
    assert answer.status_code in (200, 303)
    assert "evil" not in answer.headers.get("Location", "")
    assert "javascript:" not in answer.text.lower()


def test_looking_opens_no_cart_and_sets_no_cookie(shopper: Client, merchant: Merchant) -> None:
    page = shopper.get("/cf/review.cfm", {"userid": merchant.cart_username})
    assert page.status_code == 200
    assert "Your cart is empty" in page.text
    assert not page.cookies
    with scopes_disabled():
        assert not Cart.objects.exists()


def test_fetching_ahead_adds_nothing(shopper: Client, merchant: Merchant, lines_of: Lines) -> None:
    fields = {"userid": merchant.cart_username, "product": "Hat", "price": "1"}
    shopper.get("/cf/add.cfm", fields, headers={"sec-purpose": "prefetch;prerender"})
    shopper.head("/cf/add.cfm", fields)
    assert lines_of() == []


def test_without_cookies_the_address_carries_the_cart(merchant: Merchant, belt: object) -> None:
    refusing = Client()
    first = refusing.get("/buy/ember-leather/BELT")
    refusing.cookies.clear()
    token = only_cart(merchant).token
    assert first.headers["Location"] == f"/cart/{token}/"
    refusing.get(f"/buy/ember-leather/BELT?cart={token}")
    refusing.cookies.clear()
    assert "€98.00" in refusing.get(f"/cart/{token}/").text


def test_a_browser_that_refuses_cookies_is_told_where_its_cart_is(merchant: Merchant) -> None:
    fields = {"userid": merchant.cart_username, "product": "Hat", "price": "1"}
    told = "is found under this page’s address only"
    refusing = Client()
    cart = refusing.get("/cf/add.cfm", fields).headers["Location"]
    assert told not in refusing.get(cart).text
    refusing.cookies.clear()
    assert told in refusing.get(cart).text


def test_the_cookie_dies_with_the_browser_and_names_nobody(
    shopper: Client, merchant: Merchant, belt: object
) -> None:
    shopper.get("/buy/ember-leather/BELT")
    cookie = shopper.cookies["tp_cart"]
    assert (cookie["max-age"], cookie["expires"], cookie["domain"]) == ("", "", "")
    assert cookie["httponly"]
    assert cookie.value == only_cart(merchant).token


def test_a_cart_of_another_shop_is_never_used(
    shopper: Client, merchant: Merchant, other_merchant: Merchant, belt: object
) -> None:
    make_product(other_merchant, "SPOON")
    shopper.get("/buy/ember-leather/BELT")
    ours = only_cart(merchant)
    shopper.get(f"/buy/rival-goods/SPOON?cart={ours.token}")
    assert only_cart(other_merchant).token != ours.token
    shopper.get("/buy/ember-leather/BELT")
    assert only_cart(merchant).token == ours.token  # the cookie still knows the first one


# Modes


def test_signed_mode_refuses_what_is_not_signed(
    shopper: Client, merchant: Merchant, use_mode: Callable[..., object], lines_of: Lines
) -> None:
    use_mode(LinkMode.SIGNED)
    fields = {"userid": merchant.cart_username, "product": "Hat", "price": "1"}
    assert shopper.get("/cf/add.cfm", fields).status_code == 422
    forged = shopper.get("/cf/add.cfm", fields | {"hash": "0" * 32})
    assert forged.status_code == 422
    assert "not confirmed by the shop" in forged.text
    assert lines_of() == []


def test_signed_mode_takes_what_is_signed(
    shopper: Client, merchant: Merchant, use_mode: Callable[..., object], lines_of: Lines
) -> None:
    use_mode(LinkMode.SIGNED)
    with scope(merchant=merchant):
        good = sign_fields(
            current_link_key(merchant), description="Blue Hat", price="12,50", scode="H1"
        )
    fields = {
        "userid": merchant.cart_username,
        "product": " Blue  Hat",
        "price": "12,50",
        "scode": "H1",
    }
    shopper.post("/cf/add.cfm", fields | {"hash": good.upper()})
    assert lines_of()[0].signed
    for change in ({"price": "1,25"}, {"scode": "H2"}, {"tax": "0"}, {"noship": "1"}):
        assert shopper.post("/cf/add.cfm", fields | {"hash": good} | change).status_code == 422, (
            change
        )
    assert len(lines_of()) == 1


@pytest.mark.parametrize("number", ["", "7"])
def test_the_price_that_counts_is_the_one_that_is_signed(
    shopper: Client,
    merchant: Merchant,
    use_mode: Callable[..., object],
    lines_of: Lines,
    number: str,
) -> None:
    use_mode(LinkMode.SIGNED)
    with scope(merchant=merchant):
        good = sign_fields(current_link_key(merchant), description="Coat", price="300.00")
    fields = {"userid": merchant.cart_username, f"productpr{number}": f"Coat:300.00:::{good}"}
    shopper.post(
        "/cf/addmulti.cfm", fields | {f"discountpr{number}": "0,0.01", f"price{number}": "1"}
    )
    (line,) = lines_of()
    assert (line.signed, line.unit_minor, line.bands) == (True, 30000, [])


def test_catalogue_mode_takes_its_own_price_and_tells_the_merchant(
    shopper: Client,
    merchant: Merchant,
    belt: object,
    use_mode: Callable[..., object],
    lines_of: Lines,
) -> None:
    use_mode(LinkMode.CATALOGUE)
    fields = {"userid": merchant.cart_username, "scode": "BELT", "product": "Belt", "price": "1"}
    page = shopper.post("/cf/add.cfm", fields, follow=True)
    assert "€49.00" in page.text
    assert lines_of()[0].page_price_minor == 100
    with scopes_disabled():
        problem = LinkProblem.objects.get(merchant=merchant)
    assert (problem.kind, problem.value) == (ProblemKind.DIFFERENT_PRICE, "1")


def test_catalogue_mode_needs_no_price_and_refuses_strange_goods(
    shopper: Client,
    merchant: Merchant,
    belt: object,
    use_mode: Callable[..., object],
    lines_of: Lines,
) -> None:
    use_mode(LinkMode.CATALOGUE)
    shopper.get("/cf/add.cfm", {"userid": merchant.cart_username, "scode": "BELT"})
    strange = {"userid": merchant.cart_username, "scode": "X9", "product": "Hat", "price": "1"}
    assert shopper.get("/cf/add.cfm", strange).status_code == 422
    assert len(lines_of()) == 1


def test_a_misspelt_userid_is_told_to_both(shopper: Client, merchant: Merchant) -> None:
    page = shopper.get("/cf/add.cfm", {"useridsd": merchant.cart_username, "product": "Hat"})
    assert page.status_code == 404
    assert "useridsd" in page.text
    with scopes_disabled():
        assert LinkProblem.objects.get(merchant=merchant).field == "useridsd"


def test_refused_posts_are_counted_not_piled_up(shopper: Client, merchant: Merchant) -> None:
    for _again in range(5):
        shopper.get(
            reverse("checkout:add"),
            {"userid": merchant.cart_username, "product": "Hat", "price": "free"},
            headers={"referer": "https://ember-leather.example/hats.html?email=anna@example.org"},
        )
    with scopes_disabled():
        problem = LinkProblem.objects.get(merchant=merchant)
    assert (problem.times, problem.page) == (5, "ember-leather.example/hats.html")


def test_a_link_to_a_product_with_choices_leads_to_where_one_chooses(shopper, merchant, belt):
    with scopes_disabled():
        set_options(product=belt, options=[("Colour", ["Black", "Brown"])], by=SYSTEM)
    answer = shopper.get("/buy/ember-leather/BELT")
    assert answer.headers["Location"] == "/shop/ember-leather/product/belt/"


def test_a_catalogue_link_that_leaves_the_choice_open_sells_nothing(
    shopper, merchant, belt, use_mode, lines_of
):
    use_mode(LinkMode.CATALOGUE)
    with scopes_disabled():
        set_options(product=belt, options=[("Colour", ["Black", "Brown"])], by=SYSTEM)
    answer = shopper.get(
        "/cf/add.cfm", {"userid": merchant.cart_username, "scode": "BELT", "qty": "1"}
    )
    assert "choose on its page" in answer.content.decode()
    assert lines_of() == []
