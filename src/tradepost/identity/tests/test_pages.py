"""What the pages about an account say, and how."""

from contextlib import suppress

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from tradepost.identity.page_names import page_in_words

pytestmark = pytest.mark.django_db


def test_the_log_names_pages_as_the_menu_does(office):
    office.get("/account/activity/")
    office.get("/account/")
    page = office.get("/account/activity/").content.decode()
    assert ">Your details</td>" in page
    assert "account:details" not in page
    assert page_in_words("catalog_office:products") == "Products"
    assert page_in_words("catalog_office:duplicate") == "Products · duplicate"
    assert page_in_words("gone:page") == "page"


def addresses() -> list[str]:
    """Of all pages of allauth whose address holds nothing but words."""
    names = [name for name in get_resolver().reverse_dict if isinstance(name, str)]
    found = []
    for name in names:
        if name.startswith(("account_", "mfa_")):
            with suppress(NoReverseMatch):
                found.append(reverse(name))
    return found


@pytest.mark.parametrize("signed_in", [True, False])
def test_no_page_of_the_library_shows_in_its_own_clothes(office, signed_in):
    browser = office if signed_in else Client()
    pages = {address: browser.get(address) for address in addresses()}
    shown = {
        address: page.content.decode()
        for address, page in pages.items()
        if page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
    }
    assert len(shown) > 3
    assert [address for address, page in shown.items() if "page-title" not in page] == []


def test_dates_cannot_be_mistaken():
    day = timezone.datetime(2026, 3, 4, 17, 5)
    with translation.override("en"):
        assert date_format(day, "SHORT_DATE_FORMAT") == "4 Mar 2026"
        assert date_format(day, "SHORT_DATETIME_FORMAT") == "4 Mar 2026, 17:05"
    with translation.override("de"):
        assert date_format(day, "SHORT_DATE_FORMAT") == "04.03.2026"
