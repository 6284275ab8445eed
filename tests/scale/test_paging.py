"""Pages of long lists: every row once, whichever way one turns the pages."""

import re
from html import unescape

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from tradepost.identity.models import Activity
from tradepost.lib import clock
from tradepost.ui import paging

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(owner):
    """Twelve, of which many were at the same moment."""
    now = clock.now()
    for number in range(12):
        Activity.objects.create(
            user=owner, kind="page", page=f"{number}", at=now.replace(second=number // 5)
        )
    return Activity.objects.filter(user=owner, kind="page")


def shown(found, query="", per_page=5):
    request = RequestFactory().get(f"/{query}")
    page = paging.page_of(found, request, per_page)
    text = Template("{% load ui %}{% pagination page %}").render(
        Context({"request": request, "page": page})
    )
    links = {rel: unescape(to) for to, rel in re.findall(r'href="([^"]*)" rel="(\w+)"', text)}
    said = re.search(r"<p>(.*)</p>", text)
    return [row.page for row in page], links, said[1] if said else ""


@pytest.mark.parametrize("order", [("-at", "-pk"), ("at", "pk"), ("-pk",), ("pk", "at")])
def test_every_row_is_met_once_forwards_and_backwards(rows, order):
    rows = rows.order_by(*order)
    expected = [row.page for row in rows]
    first, links, said = shown(rows)
    assert (first, said) == (expected[:5], "1 to 5 of 12")
    assert links.keys() == {"next", "last"}
    second, links, said = shown(rows, links["next"])
    assert (second, said) == (expected[5:10], "6 to 10 of 12")
    assert links.keys() == {"first", "prev", "next", "last"}
    third, ends, said = shown(rows, links["next"])
    assert (third, said, ends.keys()) == (expected[10:], "11 to 12 of 12", {"first", "prev"})
    assert shown(rows, ends["prev"])[::2] == (second, "6 to 10 of 12")
    assert shown(rows, links["prev"])[::2] == (first, "1 to 5 of 12")
    assert shown(rows, ends["first"])[::2] == (first, "1 to 5 of 12")
    last, links, said = shown(rows, links["last"])
    assert (last, said) == (expected[7:], "8 to 12 of 12")
    assert shown(rows, links["prev"])[::2] == (expected[2:7], "3 to 7 of 12")


def test_rows_that_come_and_go_move_no_other_row(rows):
    rows = rows.order_by("-pk")
    links = shown(rows)[1]
    newest = rows.first()
    newest.pk = None
    newest.save()
    rows.filter(page="9").delete()
    assert shown(rows, links["next"])[0] == ["6", "5", "4", "3", "2"]


def test_a_row_that_is_gone_leads_to_the_first_page_unless_its_number_says_where(rows):
    places = [shown(rows.order_by(order))[1]["next"] for order in ("-pk", "-at")]
    rows.filter(page="7").delete()
    assert shown(rows.order_by("-pk"), places[0])[0][0] == "6"
    assert shown(rows.order_by("-at"), places[1])[0][0] == "11"


@pytest.mark.parametrize(
    "typed", ["2", "after", "after.x.1", "after.x", "before..", "last.1", "\x00", "after.é.²"]
)
def test_an_address_without_sense_is_the_first_page(rows, typed):
    assert shown(rows.order_by("-pk"), f"?page={typed}")[0][0] == "11"


def test_an_address_holds_nothing_of_a_row_but_its_opaque_name(rows):
    place = shown(rows.order_by("-at"))[1]["next"]
    assert re.fullmatch(r"\?page=after\.[a-z2-7]{26}\.6", place)


def test_beyond_what_is_counted_a_list_says_more_than(rows, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 10)
    rows = rows.order_by("-pk")
    _first, links, said = shown(rows)
    assert said == "1 to 5 of more than 10"
    last, links, said = shown(rows, links["last"])
    assert (last, said) == (["4", "3", "2", "1", "0"], "5 of more than 10")
    assert shown(rows, links["prev"])[2] == "5 of more than 10"
    with translation.override("de"):
        assert shown(rows)[2] == "1 bis 5 von mehr als 10"


def test_an_order_both_up_and_down_is_refused(rows):
    with pytest.raises(ValueError, match="both up and down"):
        shown(rows.order_by("-at", "page"))


def test_a_page_costs_as_many_queries_at_the_end_as_at_the_beginning(
    rows, django_assert_num_queries
):
    rows = rows.order_by("-pk")
    for query in ("", "?page=last", shown(rows)[1]["next"]):
        with django_assert_num_queries(2):
            shown(rows, query)
