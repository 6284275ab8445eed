from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from tests.house.addresses import all_addresses

from tradepost.backups.models import Backup
from tradepost.identity.actions.accounts import AccountExists
from tradepost.identity.actions.operator import create_operator
from tradepost.lib import clock

PAGES = [
    "console:overview",
    "console:merchants",
    "console:health",
    "console:backups",
    "console:data-map",
]


@pytest.mark.parametrize("name", PAGES)
def test_only_operators_see_the_console(name, console, office):
    assert console.get(reverse(name)).status_code == 200
    assert office.get(reverse(name)).status_code == 403
    assert Client().get(reverse(name)).status_code == 302


def test_the_data_map_is_drawn_for_both_kinds_of_people_and_shows_nobody(console, owner, merchant):
    page = console.get(reverse("console:data-map")).text
    for id in ("customer", "member"):
        assert f'id="{id}-wide-title"' in page
        assert f'id="{id}-narrow-title"' in page
    assert "Merchants, their teams and your staff" in page
    assert merchant.name not in page
    assert owner.email not in page


def test_backups_say_what_became_of_them(console):
    now = clock.now()
    Backup.objects.create(name="good", verified_at=now, began_at=now)
    Backup.objects.create(name="old", verified_at=now, began_at=now - timedelta(days=31))
    Backup.objects.create(name="bad", error="The disk is full (/mnt).")
    page = console.get(reverse("console:backups")).content.decode()
    for said in ("restored on trial", "its key is dead", "The disk is full (/mnt)."):
        assert said in page


def test_shops_are_listed_with_the_size_of_their_team(console, merchant):
    page = console.get(reverse("console:merchants")).content.decode()
    assert "Ember Leather" in page
    assert "contact@ember-leather.example" not in page, "no address the operator does not need"


@pytest.fixture
def without_factor(db) -> Client:
    client = Client()
    client.force_login(
        create_operator(email="new@house.example", name="New", password="dark-ink-paper-4")
    )
    return client


_CONSOLE = {it.name: it.needs for it in all_addresses() if it.name.startswith("console:")}


@pytest.mark.parametrize("name", sorted(_CONSOLE.keys() - {"console:second-factor"}))
def test_without_a_second_factor_no_page_of_the_console_opens(name, without_factor):
    for call in (without_factor.get, without_factor.post):
        answer = call(reverse(name, kwargs=dict.fromkeys(_CONSOLE[name], "processor")))
        assert answer.status_code == 302
        assert answer.url == reverse("console:second-factor")


def test_the_page_says_why_and_leads_to_both_ways(without_factor, office):
    page = without_factor.get(reverse("console:second-factor")).content.decode()
    assert reverse("mfa_activate_totp") in page
    assert reverse("mfa_add_webauthn") in page
    assert office.get(reverse("console:second-factor")).status_code == 403


def test_taking_the_second_factor_off_closes_the_console_again(console):
    Authenticator.objects.all().delete()
    assert console.get(reverse("console:merchants")).status_code == 302


def test_a_newcomer_opens_the_console_of_the_demo_with_the_printed_password(
    without_factor, demo_folder
):
    page = without_factor.get(reverse("console:overview"))
    assert page.status_code == 200
    assert "This is a demo" in page.content.decode()


def test_a_demo_folder_on_a_public_address_is_no_way_in(without_factor, demo_folder, settings):
    settings.TRADEPOST = replace(settings.TRADEPOST, public_url="https://shop.example")
    assert without_factor.get(reverse("console:overview")).status_code == 302


def test_the_operator_does_not_enter_a_shop(console, merchant):
    assert console.get(f"/office/{merchant.handle}/").status_code == 404


def test_an_operator_is_made_once(console):
    with pytest.raises(AccountExists):
        create_operator(email="Op@house.example", name="", password="x")
