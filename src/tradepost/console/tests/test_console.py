import pytest
from django.test import Client
from django.urls import reverse

from tradepost.identity.actions.accounts import AccountExists
from tradepost.identity.actions.operator import create_operator

PAGES = ["console:merchants", "console:health"]


@pytest.fixture
def console(db) -> Client:
    client = Client()
    client.force_login(
        create_operator(email="op@house.example", name="Op", password="dark-ink-paper-4")
    )
    return client


@pytest.mark.parametrize("name", PAGES)
def test_only_operators_see_the_console(name, console, office):
    assert console.get(reverse(name)).status_code == 200
    assert office.get(reverse(name)).status_code == 403
    assert Client().get(reverse(name)).status_code == 302


def test_shops_are_listed_with_the_size_of_their_team(console, merchant):
    page = console.get(reverse("console:merchants")).content.decode()
    assert "Ember Leather" in page
    assert "contact@ember-leather.example" not in page, "no address the operator does not need"


def test_the_operator_is_asked_to_set_up_a_second_factor(console):
    assert reverse("mfa_index") in console.get(reverse("console:merchants")).content.decode()


def test_the_operator_does_not_enter_a_shop(console, merchant):
    assert console.get(f"/office/{merchant.handle}/").status_code == 404


def test_an_operator_is_made_once(console):
    with pytest.raises(AccountExists):
        create_operator(email="Op@house.example", name="", password="x")


def test_the_list_takes_as_many_queries_for_three_shops_as_for_one(
    console, make_merchant, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_merchant("one-shop")
    with CaptureQueriesContext(connection) as first:
        console.get(reverse("console:merchants"))
    make_merchant("two-shop")
    make_merchant("three-shop")
    with CaptureQueriesContext(connection) as second:
        console.get(reverse("console:merchants"))
    assert len(second) == len(first)
