"""Closing an account: with a date, taken back, or at once and for good."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from conftest import PASSWORD
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from tradepost.audit.models import Entry
from tradepost.audit.types import Actor
from tradepost.identity.actions.accounts import purge_unconfirmed
from tradepost.identity.models import User
from tradepost.merchants.actions.close import close_due
from tradepost.merchants.actions.join import open_shop
from tradepost.merchants.actions.tokens import create_token
from tradepost.merchants.models import ApiToken, Invitation, Membership, Merchant
from tradepost.merchants.types import Role


def ask(office: Client, merchant: Merchant, when: str, name: str = ""):
    return office.post(
        reverse("merchants_office:close", args=[merchant.handle]),
        {"when": when, "name": name or merchant.name},
    )


def test_the_shops_name_must_be_typed(office, merchant):
    answer = ask(office, merchant, "now", "Another Shop")
    merchant.refresh_from_db()
    assert merchant.closing_at is None
    assert "not the name of the shop" in answer.content.decode()


def test_with_grace_the_shop_works_until_its_date_and_says_so(office, merchant):
    ask(office, merchant, "grace")
    merchant.refresh_from_db()
    left = merchant.closing_at - timezone.now()
    assert timedelta(days=29) < left <= timedelta(days=30)
    assert "closes on" in office.get(f"/office/{merchant.handle}/").content.decode()


def test_it_can_be_taken_back_by_button(office, merchant):
    ask(office, merchant, "grace")
    office.post(reverse("merchants_office:cancel_closing", args=[merchant.handle]))
    merchant.refresh_from_db()
    assert merchant.closing_at is None


def test_signing_in_before_the_date_takes_it_back(office, merchant, owner):
    ask(office, merchant, "grace")
    browser = Client()
    browser.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    merchant.refresh_from_db()
    assert merchant.closing_at is None
    assert "stays open" in browser.get("/office/", follow=True).content.decode()


def test_a_team_member_signing_in_does_not_take_it_back(office, merchant, make_user):
    helper = make_user("helper@ember.example")
    Membership.objects.create(merchant=merchant, user=helper, role="orders")
    ask(office, merchant, "grace")
    Client().post(reverse("account_login"), {"login": helper.email, "password": PASSWORD})
    merchant.refresh_from_db()
    assert merchant.closing_at is not None


@pytest.fixture
def full_shop(merchant, owner):
    with scope(merchant=merchant):
        create_token(merchant=merchant, by=Actor.user(owner), name="sync", scopes=["orders:read"])
        Invitation.objects.create(merchant=merchant, email="x@y.example", role="orders")
    return merchant


def test_at_the_date_everything_goes_and_nothing_of_others(
    full_shop, other_merchant, owner, office, run_tasks
):
    ask(office, full_shop, "grace")
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert close_due() == 1
        run_tasks()
    with scopes_disabled():
        assert not Merchant.objects.filter(pk=full_shop.pk).exists()
        assert not ApiToken.objects.exists()
        assert not Invitation.objects.exists()
        assert not User.objects.filter(pk=owner.pk).exists()
        assert other_merchant.memberships.count() == 1
    assert Entry.objects.filter(action="merchants.close").exists()


def test_at_once_nobody_gets_in_any_more(full_shop, office, run_tasks):
    ask(office, full_shop, "now")
    assert office.get(f"/office/{full_shop.handle}/").status_code == 404


def test_somebody_who_works_elsewhere_too_keeps_their_account(
    full_shop, other_merchant, owner, office, run_tasks
):
    Membership.objects.create(merchant=other_merchant, user=owner, role="orders")
    Merchant.objects.filter(pk=full_shop.pk).update(closing_at=timezone.now())
    close_due()
    run_tasks()
    assert User.objects.filter(pk=owner.pk).exists()


def test_upper_rooms_are_asked_first_and_a_crash_is_made_good(full_shop, run_tasks, monkeypatch):
    seen = []

    def crash(merchant):
        seen.append(merchant.pk)
        if len(seen) == 1:
            raise ConnectionResetError

    monkeypatch.setattr("tradepost.merchants.actions.close.hooks", [crash])
    Merchant.objects.filter(pk=full_shop.pk).update(closing_at=timezone.now())
    close_due()
    with pytest.raises(ConnectionResetError):
        run_tasks()
    assert Merchant.objects.filter(pk=full_shop.pk).exists()
    close_due()
    run_tasks()
    assert seen == [full_shop.pk, full_shop.pk]
    assert not Merchant.objects.filter(pk=full_shop.pk).exists()


def test_a_shop_whose_owner_never_confirmed_the_address_goes_with_the_account(
    make_user, run_tasks, merchant, django_capture_on_commit_callbacks
):
    stranger = make_user("not-mine@ember.example")
    EmailAddress.objects.filter(user=stranger).update(verified=False)
    open_shop(owner=stranger, country="DE", website="https://not-mine.example")
    Membership.objects.create(merchant=merchant, user=stranger, role=Role.READ_ONLY)
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_unconfirmed(timezone.now() + timedelta(days=15)) == 1
    run_tasks()
    assert list(Merchant.objects.all()) == [merchant], "a shop of others is left alone"
