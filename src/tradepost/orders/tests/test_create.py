import pytest
from django.db import connection

from tradepost.orders import card_scan
from tradepost.orders.models import Order
from tradepost.orders.tests.drafts import INES, line, place
from tradepost.orders.types import BadOrder, Totals

pytestmark = pytest.mark.usefixtures("in_scope")


def test_the_same_cart_makes_one_order(merchant) -> None:
    first = place(merchant, "cart-1")
    again = place(merchant, "cart-1", lines=[line(), line()])
    assert (again.pk, Order.objects.count()) == (first.pk, 1)


def test_numbers_follow_one_another_and_each_merchant_has_its_own(merchant, other_merchant) -> None:
    from django_scopes import scope

    assert [place(merchant, f"cart-{n}").number for n in range(3)] == [1001, 1002, 1003]
    with scope(merchant=other_merchant):
        assert place(other_merchant).number == 1001


def test_a_card_number_in_the_note_is_never_saved(merchant) -> None:
    order = place(
        merchant,
        customer={"note": "card 4111 1111 1111 1111"},
        session_data="4111111111111111",
        extra={"Engraving": "5555-5555-5555-4444"},
    )
    order.refresh_from_db()
    assert order.note == "card [card number …1111 removed]"
    assert "4111111111111111" not in order.session_data
    assert "5555" not in order.extra["Engraving"]


def test_the_network_address_is_truncated(merchant) -> None:
    assert place(merchant, customer={"ip": "203.0.113.77"}).ip == "203.0.113.0"


def test_sums_that_do_not_add_up_are_refused(merchant) -> None:
    with pytest.raises(BadOrder):
        place(merchant, totals=Totals(currency="EUR", goods_minor=5800, total_minor=1))
    with pytest.raises(BadOrder):
        place(merchant, totals=Totals(currency="EUR", goods_minor=1, total_minor=1))
    with pytest.raises(BadOrder):
        place(merchant, lines=[])


def test_the_order_belongs_to_the_customer_in_one_spelling(merchant) -> None:
    order = place(merchant)
    assert (order.email, order.state, order.total.plain()) == (INES, "waiting", "62.90")
    assert [item.title for item in order.lines.all()] == ["Card wallet"]
    assert order.addresses.get().city == "Berlin"


def test_a_text_is_refused_rather_than_cut(merchant) -> None:
    words = "Engraved: " + "x" * 990
    order = place(merchant, lines=[line(title=words, options=words)])
    bought = order.lines.get()
    assert (bought.title, bought.options) == (words, words)
    with pytest.raises(BadOrder, match=r"OrderLine\.title holds 1000 characters, not 1001"):
        place(merchant, "cart-2", lines=[line(title=words + "!")])
    with pytest.raises(BadOrder, match=r"Order\.name"):
        place(merchant, "cart-3", customer={"name": "x" * 161})


def test_a_long_note_is_kept_whole(merchant) -> None:
    note = "x" * 20_000
    assert place(merchant, customer={"note": note}).note == note


def test_the_scan_of_long_tables_comes_to_old_rows_too(merchant, monkeypatch) -> None:
    oldest, *_newer = [place(merchant, f"cart-{n}") for n in range(4)]
    with connection.cursor() as cursor:  # past the columns, which would mask it
        said = ["4111 1111 1111 1111", oldest.pk]
        cursor.execute("UPDATE orders_order SET note = %s WHERE id = %s", said)
    monkeypatch.setattr(card_scan.secrets, "randbelow", lambda _width: 2)
    assert card_scan.sampled_rows(1).found == []
    monkeypatch.setattr(card_scan.secrets, "randbelow", lambda _width: 0)
    assert card_scan.sampled_rows(1).found == ["orders.Order.note"]


def test_words_in_place_of_a_card_number_never_refuse_an_order(merchant) -> None:
    order = place(merchant, customer={"name": "x" * 143 + " 4111111111111111"})
    assert "4111111111111111" not in order.name
