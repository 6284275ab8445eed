"""Invitations are no mail cannon, names carry no links, and keys are not made from a stolen browser."""

import pytest
from allauth.account.models import EmailAddress
from conftest import PASSWORD
from django.test import Client
from django.urls import reverse
from django_scopes import scopes_disabled

from tradepost.audit.types import Actor
from tradepost.delivery.models import Mail
from tradepost.identity.models import User
from tradepost.merchants.actions.join import open_shop
from tradepost.merchants.models import ApiToken, Invitation, Membership, Merchant

LINKS = [
    "Your bank account is locked - open https://evil.example/login now",
    "www.evil.example",
    "evil.example",
    "EVIL.COM today",
    "Free at evil。com",
    "mail me@evil.example",
]


def invite(client: Client, email: str):
    address = reverse("merchants_office:invite", args=["ember-leather"])
    return client.post(address, {"email": email, "role": "orders"})


def letters(**which: str) -> int:
    with scopes_disabled():
        return Mail.objects.filter(template="merchants/invitation", **which).count()


def test_a_stranger_is_invited_twice_a_day_and_no_more(office):
    answers = [invite(office, "stranger@example.org") for _ in range(15)]
    assert letters(address="stranger@example.org") == 2
    assert "Please try again" in answers[-1].text
    assert 'value="stranger@example.org"' in answers[-1].text


def test_many_shops_together_invite_a_stranger_three_times(make_merchant):
    from tradepost.identity.actions.limits import TooMany
    from tradepost.merchants.actions.team import invite as send

    refused = 0
    for number in range(6):
        shop = make_merchant(f"shop-{number}")
        try:
            with scopes_disabled():
                by = Actor.user(shop.memberships.get().user)
                send(merchant=shop, by=by, email="stranger@example.org", role="orders")
        except TooMany:
            refused += 1
    assert refused == 3
    assert letters() == 3


def test_a_shop_sends_twenty_invitations_a_day(office):
    for number in range(25):
        invite(office, f"p{number}@example.org")
    assert letters() == 20


@pytest.mark.parametrize("name", LINKS)
def test_a_shop_cannot_be_named_like_a_link(office, merchant, name):
    address = reverse("merchants_office:shop", args=[merchant.handle])
    answer = office.post(address, {"name": name})
    assert "must not look like a web or mail address" in answer.text
    merchant.refresh_from_db()
    assert merchant.name == "Ember Leather"


@pytest.mark.parametrize("name", LINKS)
def test_a_person_cannot_be_named_like_a_link(office, owner, name):
    answer = office.post(
        reverse("account:details"), {"name": name, "language": "en", "time_zone": "UTC"}
    )
    assert "must not look like a web or mail address" in answer.text
    owner.refresh_from_db()
    assert owner.name == "Owner of ember-leather"


@pytest.mark.parametrize("name", LINKS[:3])
def test_nor_at_the_sign_up_when_opening_a_shop_or_when_joining(office, client, name):
    said = {"country": "DE", "website": "www.x.example"}
    signed_up = client.post(
        reverse("account_signup"),
        said | {"email": "n@x.example", "password1": PASSWORD, "name": name},
    )
    opened = office.post(reverse("merchants:open_shop"), said | {"name": name})
    for answer in (signed_up, opened):
        assert "must not look like a web or mail address" in answer.text
    assert not User.objects.filter(email="n@x.example").exists()
    assert Merchant.objects.count() == 1


def test_a_shop_without_a_name_is_called_after_its_website_without_being_a_link(owner):
    shop = open_shop(owner=owner, country="DE", website="https://www.warm-paper.example")
    assert (shop.name, shop.handle) == ("Warm Paper", "warm-paper")


@pytest.fixture
def stolen(owner) -> Client:
    """A browser in which somebody signed in long ago."""
    client = Client()
    client.force_login(owner)
    return client


SENSITIVE = [
    ("merchants_office:tokens", {}, {"name": "sync", "scopes": ["orders:read"]}),
    ("merchants_office:invite", {}, {"email": "a@b.example", "role": "owner"}),
    ("merchants_office:close", {}, {"when": "now", "name": "Ember Leather"}),
    ("payments_office:gateway", {"name": "bank_transfer"}, {}),
    ("orders_office:change_settings", {}, {}),
    ("orders_office:renew_secret", {}, {}),
    ("checkout_office:rotate", {}, {}),
    ("checkout_office:cart_settings", {}, {"mode": "open", "old_secret": "known to the thief"}),
]


@pytest.mark.parametrize(
    ("name", "arguments", "said"), SENSITIVE, ids=lambda value: str(value)[:40]
)
def test_what_outlives_a_stolen_browser_asks_for_the_password(
    stolen, merchant, name, arguments, said
):
    address = reverse(name, kwargs={"handle": merchant.handle} | arguments)
    answer = stolen.post(address, said)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_reauthenticate"))
    with scopes_disabled():
        assert not ApiToken.objects.exists()
        assert not Invitation.objects.exists()
    merchant.refresh_from_db()
    assert merchant.closing_at is None


def test_after_the_password_the_form_is_carried_out_as_it_was_typed(stolen, merchant):
    address = reverse("merchants_office:tokens", args=[merchant.handle])
    asked = stolen.post(address, {"name": "Sync of the books", "scopes": ["orders:read"]})
    answer = stolen.post(asked.url, {"password": PASSWORD, "next": address})
    assert "tp_" in answer.text, "the new token is shown"
    with scopes_disabled():
        assert ApiToken.objects.get().name == "Sync of the books"


def test_a_wrong_password_makes_no_token(stolen, merchant):
    address = reverse("merchants_office:tokens", args=[merchant.handle])
    asked = stolen.post(address, {"name": "Sync", "scopes": ["orders:read"]})
    stolen.post(asked.url, {"password": "wrong", "next": address})
    with scopes_disabled():
        assert not ApiToken.objects.exists()


@pytest.mark.parametrize("what", ["role", "remove"])
def test_the_team_is_not_changed_from_a_stolen_browser(stolen, merchant, make_user, what):
    """A thief would make an owner of an accomplice, or take the owner's colleagues out."""
    friend = Membership.objects.create(
        merchant=merchant, user=make_user("tom@ember.example"), role="orders"
    )
    address = reverse(f"merchants_office:{what}", args=[merchant.handle, friend.public_id])
    answer = stolen.post(address, {"role": "owner"})
    assert answer.url.startswith(reverse("account_reauthenticate"))
    friend.refresh_from_db()
    assert friend.role == "orders"


@pytest.mark.parametrize("name", ["account_email", "mfa_activate_totp", "mfa_add_webauthn"])
def test_nor_is_the_account(stolen, owner, name):
    answer = stolen.post(reverse(name), {"email": "thief@evil.example", "action_add": ""})
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not EmailAddress.objects.filter(email="thief@evil.example").exists()


def test_keys_of_a_payment_provider_never_wait_in_a_session(stolen, merchant):
    from django.contrib.sessions.models import Session

    address = reverse("payments_office:gateway", args=[merchant.handle, "stripe"])
    stolen.post(address, {"secret_key": "sk_test_standin_never_to_be_kept"})
    kept = [str(row.get_decoded()) for row in Session.objects.all()]
    assert not any("never_to_be_kept" in text for text in kept)
    assert stolen.get(address).url.startswith(reverse("account_reauthenticate"))
