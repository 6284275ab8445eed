"""Statistics of the operator by country and kind of business."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tradepost.audit.types import PERSON
from tradepost.console.navigation import GROUPS
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Purpose, Subject
from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.merchants.queries import counts_for_statistics
from tradepost.rights.actions.rights import object_to, restrict
from tradepost.rights.restrictions.stops import stopped_addresses

pytestmark = pytest.mark.django_db
PAGE = reverse("console:statistics")


@pytest.fixture
def open_shops(make_merchant):
    made = 0

    def make(count: int, country: str = "DE", kind: str = "") -> list[Merchant]:
        nonlocal made
        shops = []
        for _one in range(count):
            made += 1
            shop = make_merchant(f"shop-number-{made}")
            shop.country, shop.business_type = country, kind
            shop.save(update_fields=["country", "business_type"])
            shops.append(shop)
        return shops

    return make


def counts() -> dict[tuple[str, str], int]:
    return counts_for_statistics(stopped=stopped_addresses(None, Purpose.STATISTICS))


def test_nobody_but_an_operator_sees_them(office, client, console):
    assert office.get(PAGE).status_code == 403
    assert client.get(PAGE).status_code == 302
    assert console.post(PAGE).status_code == 405


def test_few_shops_show_nothing(console, open_shops):
    open_shops(2, "DE", "food")
    page = console.get(PAGE).text
    assert "Too few shops to show anything" in page
    assert "Germany" not in page


def test_a_large_group_is_shown_rounded_and_a_small_one_is_not_named(console, open_shops, settings):
    k = settings.TRADEPOST.smallest_group
    open_shops(2 * k + 1, "DE", "food")
    for country, kind in (("DE", "retail"), ("AT", "food"), ("AT", "retail")):
        open_shops(3 * k, country, kind)
    open_shops(k - 1, "FR", "club")
    page = console.get(PAGE).text
    assert "Germany" in page
    cells = [int(text) for text in re.findall(r'<td class="number"[^>]*>(\d+)\s*<', page)]
    assert 3 * k in cells
    assert all(count % k == 0 for count in cells)
    assert "France" not in page
    assert "Club, charity or church" not in page


def test_old_texts_count_as_other_and_closed_shops_not_at_all(open_shops):
    open_shops(1, "DE", "Fishmonger of Kiel")
    [closed] = open_shops(1, "DE", "food")
    Merchant.objects.filter(pk=closed.pk).update(closing_at=clock.now())
    assert counts() == {("DE", "other"): 1}


@pytest.mark.parametrize("how", ["object", "restrict"])
def test_shops_of_whoever_objects_or_restricts_are_left_out(how, open_shops):
    stays, goes = open_shops(2, "DE", "food")
    owner = User.objects.get(memberships__merchant=goes)
    ref = SubjectRef(Subject.MEMBER, owner.email)
    if how == "object":
        object_to(ref=ref, purposes=[Purpose.STATISTICS], by=PERSON)
    else:
        restrict(ref=ref, by=PERSON)
    assert counts() == {("DE", "food"): 1}
    assert stays.country == "DE"


def test_as_many_queries_for_many_shops_as_for_one(console, open_shops):
    def asked() -> int:
        console.get(PAGE)
        with CaptureQueriesContext(connection) as found:
            console.get(PAGE)
        return len(found)

    open_shops(1, "DE", "food")
    before = asked()
    for country in ("AT", "FR", "IT"):
        open_shops(2, country, "retail")
    assert asked() == before


def test_the_page_says_why_both_fields_are_asked(console):
    assert "only so that you can see this" in console.get(PAGE).text
    assert any(entry.page == "console:statistics" for _label, some in GROUPS for entry in some)
