"""The list of orders: what it shows, and what is done to many at once."""

import pytest
from django.urls import reverse

from tradepost.audit.types import SYSTEM
from tradepost.orders.actions import handle
from tradepost.orders.actions.cancel import cancel
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.models import Invoice, Order
from tradepost.orders.tests.drafts import place


def url(merchant, name="orders", *more):
    return reverse(f"orders_office:{name}", args=[merchant.handle, *more])


def bulk(office, merchant, do, *orders, **more):
    names = [order.public_id for order in orders]
    return office.post(url(merchant, "bulk"), {"do": do, "order": names} | more, follow=True)


def act(office, merchant, order, do, **more):
    address = url(merchant, "act", order.public_id)
    answer = office.post(address, {"do": do} | more, follow=True)
    order.refresh_from_db()
    return answer


def numbers(office, merchant, query="") -> list[int]:
    page = office.get(f"{url(merchant)}?{query}").context["page"]
    return [row.number for row in page]


@pytest.fixture
def four(merchant, order):
    """Waiting 1001, accepted 1002, cancelled 1003, archived 1004."""
    others = [place(merchant, f"cart-{number}") for number in range(2, 5)]
    handle.accept(order=others[0], by=SYSTEM)
    cancel(order=others[1], by=SYSTEM)
    handle.archive(order=others[2], by=SYSTEM)
    return [order, *others]


def test_cancelled_and_archived_orders_have_views_of_their_own(office, merchant, four) -> None:
    assert numbers(office, merchant) == [1002, 1001]
    assert numbers(office, merchant, "state=all") == [1004, 1003, 1002, 1001]
    assert numbers(office, merchant, "state=cancelled") == [1003]
    assert numbers(office, merchant, "state=archived") == [1004]
    page = office.get(url(merchant)).text
    assert "Cancelled and archived orders are not among the current ones" in page


def test_a_search_without_a_view_finds_archived_orders_as_well(office, merchant, four) -> None:
    assert numbers(office, merchant, "q=1004") == [1004]
    assert numbers(office, merchant, "q=%231004") == [1004]
    assert numbers(office, merchant, "q=1004&state=current") == []


def test_an_order_is_found_by_the_number_of_its_invoice(office, merchant, four) -> None:
    mark_paid(order=four[1], by=SYSTEM)
    paper = Invoice.objects.get()
    assert str(paper) == "INV-1001", "no invoice looks like an order, whose number is 1001 too"
    assert numbers(office, merchant, f"q={paper}") == [1002]
    assert numbers(office, merchant, "q=inv-1001") == [1002]
    assert numbers(office, merchant, "q=INV-1002") == []
    found = office.get(url(merchant, "invoices") + f"?q={paper}").context["page"]
    assert list(found) == [paper]


def test_with_nothing_chosen_nothing_is_done_and_the_page_says_what_to_do(
    office, merchant, four
) -> None:
    page = bulk(office, merchant, "accept").text
    assert "Choose orders first" in page
    assert "notice-bad" in page
    assert "0 orders done" not in page


def test_what_was_so_already_is_not_counted_as_done(office, merchant, four) -> None:
    page = bulk(office, merchant, "accept", *four[:3]).text
    assert "1 order done." in page
    assert "1 order was so already." in page
    assert "1 order was left as it was" in page
    assert "done." not in bulk(office, merchant, "accept", four[1]).text


@pytest.mark.parametrize(
    ("do", "back", "before", "after"),
    [
        ("accept", "put_back", "waiting", "accepted"),
        ("archive", "unarchive", "waiting", "archived"),
    ],
)
def test_what_was_done_to_many_is_taken_back_by_one_press(
    office, merchant, order, do, back, before, after
) -> None:
    other = place(merchant, "cart-2")
    page = bulk(office, merchant, do, order, other).text
    assert {row.state for row in Order.objects.all()} == {after}
    assert f'name="do" value="{back}">' in page.split("Undo")[0]
    assert page.count('type="hidden" name="order"') == 2
    assert ">Undo<" not in office.get(url(merchant)).text, "it is offered once"
    bulk(office, merchant, back, order, other, sure="yes")
    assert {row.state for row in Order.objects.all()} == {before}


def test_on_its_page_too_accepting_and_archiving_are_taken_back(office, merchant, order) -> None:
    for do, back in (("accept", "put_back"), ("archive", "unarchive")):
        page = act(office, merchant, order, do).text
        assert f'value="{back}">' in page
        assert "Undo" in page
        act(office, merchant, order, back)
        assert order.state == "waiting"


def test_archiving_a_paid_order_that_is_not_dispatched_asks(office, merchant, order) -> None:
    mark_paid(order=order, by=SYSTEM)
    page = act(office, merchant, order, "archive").text
    assert "not dispatched" in page
    assert order.state == "waiting"
    act(office, merchant, order, "archive", sure="yes")
    assert order.state == "archived"


def test_archiving_many_names_those_that_are_not_dispatched(office, merchant, order) -> None:
    other = place(merchant, "cart-2")
    mark_paid(order=other, by=SYSTEM)
    page = bulk(office, merchant, "archive", order, other, address="q=ines").text
    assert "Order 1002" in page
    assert "Order 1001" not in page
    assert 'name="address" value="q=ines"' in page
    assert {row.state for row in Order.objects.all()} == {"waiting"}
    bulk(office, merchant, "archive", order, other, sure="others")
    assert [row.state for row in Order.objects.order_by("number")] == ["archived", "waiting"]
    bulk(office, merchant, "archive", order, other, sure="yes")
    assert {row.state for row in Order.objects.all()} == {"archived"}


def test_an_order_paid_on_delivery_is_asked_about_and_settled_ones_are_not(merchant, order) -> None:
    assert not handle.owes_goods(order), "nothing is paid"
    assert handle.owes_goods(place(merchant, "cart-2", payment_method="on_delivery"))
    mark_paid(order=order, by=SYSTEM)
    assert handle.owes_goods(order)
    assert not handle.owes_goods(handle.dispatch(order=order, by=SYSTEM))


def test_archiving_and_back_leaves_an_accepted_order_accepted(merchant, order) -> None:
    handle.accept(order=order, by=SYSTEM)
    handle.archive(order=order, by=SYSTEM)
    assert handle.unarchive(order=order, by=SYSTEM).state == "accepted"


def test_nothing_in_the_office_says_pick_up(office, merchant, four) -> None:
    pages = [url(merchant), url(merchant, "order", four[0].public_id)]
    pages.append(reverse("backoffice_office:home", args=[merchant.handle]))
    for page in pages:
        assert "pick up" not in office.get(page).text.lower()
        assert "picked up" not in office.get(page).text.lower()
    assert "Accept</button>" in office.get(pages[1]).text
