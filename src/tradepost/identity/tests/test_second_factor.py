"""Whoever knows the password still cannot guess the second factor, nor shut the owner out with guesses."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from conftest import PASSWORD
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from tradepost.identity.actions.limits import LIMITS
from tradepost.identity.models import Activity, ActivityKind, KnownNetwork, User
from tradepost.identity.probe import give_second_factor, has_just_confirmed

HOME, CAFE, STRANGER = "203.0.113.7", "198.51.100.20", "192.0.2.66"
START = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.fixture
def user(make_user) -> User:
    return make_user("ines@ember.example", name="Ines")


@pytest.fixture
def secret(user) -> str:
    return give_second_factor(user)


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def past_the_password(network: str) -> Client:
    browser = Client(REMOTE_ADDR=network)
    browser.post(reverse("account_login"), {"login": "ines@ember.example", "password": PASSWORD})
    return browser


def answer(browser: Client, code: str):
    return browser.post(reverse("mfa_authenticate"), {"code": code})


def got_in(response) -> bool:
    return response.status_code == 302 and response.url == "/office/"


def guess(browser: Client, times: int) -> None:
    for number in range(times):
        answer(browser, f"{number:06}")


def test_the_right_code_opens(secret):
    assert got_in(answer(past_the_password(HOME), code_of(secret)))


def test_the_same_code_does_not_open_a_second_time(secret):
    with time_machine.travel(START, tick=False):
        assert got_in(answer(past_the_password(HOME), code_of(secret)))
        assert not got_in(answer(past_the_password(HOME), code_of(secret)))


@pytest.mark.parametrize("backend", ["locmem.LocMemCache", "dummy.DummyCache"])
def test_the_same_code_does_not_open_a_second_time_when_the_cache_forgot_it(
    secret, settings, backend
):
    """Emptied between the two, or away: then it takes everything and keeps nothing."""
    settings.CACHES = {"default": {"BACKEND": f"django.core.cache.backends.{backend}"}}
    with time_machine.travel(START, tick=False) as clock:
        assert got_in(answer(past_the_password(HOME), code_of(secret)))
        cache.clear()
        again = past_the_password(HOME)
        assert not got_in(answer(again, code_of(secret)))
        clock.shift(timedelta(seconds=30))
        assert got_in(answer(again, code_of(secret))), "the next one opens"


def test_the_code_that_an_app_was_added_with_opens_nothing_any_more(
    user, django_capture_on_commit_callbacks
):
    with time_machine.travel(START, tick=False) as clock:
        browser = has_just_confirmed(past_the_password(HOME))
        browser.get(reverse("mfa_activate_totp"))
        secret = browser.session["mfa.totp.secret"]
        with django_capture_on_commit_callbacks(execute=True):
            browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
        assert Authenticator.objects.filter(user=user, type="totp").exists()
        cache.clear()
        again = past_the_password(HOME)
        assert not got_in(answer(again, code_of(secret)))
        clock.shift(timedelta(seconds=30))
        assert got_in(answer(again, code_of(secret)))


def test_after_five_wrong_codes_the_right_one_waits(secret):
    browser = past_the_password(STRANGER)
    guess(browser, 5)
    refused = answer(browser, code_of(secret))
    assert not got_in(refused)
    assert "Too many tries" in refused.text


def test_a_new_sign_in_does_not_start_the_count_anew(secret):
    for _ in range(5):
        guess(past_the_password(STRANGER), 1)
    assert not got_in(answer(past_the_password(STRANGER), code_of(secret)))


def test_the_wait_grows_and_ends(secret):
    with time_machine.travel(START, tick=False) as clock:
        browser = past_the_password(STRANGER)
        guess(browser, 5)
        clock.shift(timedelta(seconds=61))
        guess(browser, 1)
        clock.shift(timedelta(seconds=61))
        assert not got_in(answer(browser, code_of(secret))), "the second wait is longer"
        clock.shift(timedelta(seconds=61))
        assert got_in(answer(browser, code_of(secret)))


def test_a_day_of_guessing_from_many_networks_is_a_handful_of_looks(secret, user):
    with time_machine.travel(START, tick=False) as clock:
        for hour in range(24):
            for network in range(4):
                guess(past_the_password(f"192.0.{hour * 4 + network}.5"), 6)
            clock.shift(timedelta(hours=1))
    looked = Activity.objects.filter(user=user, kind=ActivityKind.WRONG_CODE).count()
    assert looked <= 45


@pytest.mark.parametrize("kind", ["recovery code", "passkey"])
def test_other_second_factors_share_the_count(secret, user, kind):
    RecoveryCodes.activate(user)
    browser = past_the_password(STRANGER)
    for number in range(5):
        if kind == "passkey":
            browser.post(reverse("mfa_authenticate"), {"credential": PASSKEY})
        else:
            answer(browser, f"{number:08}")
    assert not got_in(answer(browser, code_of(secret)))
    assert Activity.objects.filter(user=user, kind=ActivityKind.WRONG_CODE).count() == 5


PASSKEY = (
    '{"type": "public-key", "id": "QUJD", "rawId": "QUJD", "clientExtensionResults": {},'
    ' "response": {"clientDataJSON": "e30", "authenticatorData": "QUJD", "signature": "QUJD",'
    ' "userHandle": null}}'
)


def test_a_signed_in_browser_is_no_place_to_guess_codes_at(secret, user):
    browser = Client(REMOTE_ADDR=STRANGER)
    browser.force_login(user)
    for number in range(5):
        browser.post(reverse("mfa_reauthenticate"), {"code": f"{number:06}"})
    refused = browser.post(reverse("mfa_reauthenticate"), {"code": code_of(secret)})
    assert "Too many tries" in refused.text


def give_passkey(user: User) -> None:
    """One as the library keeps it; its private half is nowhere."""
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    made = AttestedCredentialData.create(bytes(16), b"ABC", ES256.from_cryptography_key(public))
    told = AuthenticatorData.create(bytes(32), AuthenticatorData.FLAG.AT, 0, made)
    client = b'{"type": "webauthn.create", "challenge": "QUJD", "origin": "https://localhost"}'
    response = {
        "clientDataJSON": websafe_encode(client),
        "attestationObject": websafe_encode(bytes(AttestationObject.create("none", told, {}))),
    }
    credential = {"type": "public-key", "id": "QUJD", "rawId": "QUJD", "response": response}
    data = {"name": "key", "credential": credential | {"clientExtensionResults": {}}}
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


@pytest.mark.parametrize(
    ("door", "wrong"),
    [
        ("mfa_reauthenticate", {"code": "000000"}),
        ("mfa_reauthenticate", {"code": "00000000"}),
        ("mfa_reauthenticate_webauthn", {"credential": PASSKEY}),
        ("account_reauthenticate", {"password": "wrong"}),
    ],
)
def test_every_door_that_asks_again_counts(secret, user, door, wrong):
    RecoveryCodes.activate(user)
    give_passkey(user)
    browser = Client(REMOTE_ADDR=STRANGER)
    browser.force_login(user)
    for _ in range(5):
        assert "Too many tries" not in browser.post(reverse(door), wrong).text
    browser.post(reverse(door), wrong)
    kinds = list(Activity.objects.filter(user=user).values_list("kind", flat=True))
    assert kinds.count(ActivityKind.BLOCKED) == 1
    assert kinds.count(ActivityKind.WRONG_CODE) + kinds.count(ActivityKind.FAILED) == 5
    right = {"password": PASSWORD} if "password" in wrong else {"code": code_of(secret)}
    way = "account_reauthenticate" if "password" in wrong else "mfa_reauthenticate"
    assert "Too many tries" in browser.post(reverse(way), right).text


def test_a_passkey_without_a_name_cannot_be_tried_without_end(user):
    """The library's own limit of tries a minute lies in the cache; ours counts for longer, in the database."""
    most = LIMITS["passkey"]["network"].most
    for number in range(most + 1):
        cache.clear()
        answer = Client(REMOTE_ADDR=STRANGER).post(
            reverse("mfa_login_webauthn"), {"credential": PASSKEY}, follow=True
        )
        assert ("Too many in a short time" in answer.text) == (number == most)
    elsewhere = Client(REMOTE_ADDR=HOME).post(
        reverse("mfa_login_webauthn"), {"credential": PASSKEY}, follow=True
    )
    assert "Too many in a short time" not in elsewhere.text


def test_guesses_at_one_account_hold_up_no_neighbour(secret, make_user):
    make_user("tom@ember.example")
    other = give_second_factor(User.objects.get(email="tom@ember.example"))
    guess(past_the_password(CAFE), 6)
    neighbour = Client(REMOTE_ADDR=CAFE)
    neighbour.post(reverse("account_login"), {"login": "tom@ember.example", "password": PASSWORD})
    assert got_in(answer(neighbour, code_of(other)))


def signed_out(secret: str) -> Client:
    """The owner's browser at the café, after signing in with the code and out again."""
    browser = past_the_password(CAFE)
    assert got_in(answer(browser, code_of(secret)))
    browser.post(reverse("account_logout"))
    return browser


def again(browser: Client) -> None:
    browser.post(reverse("account_login"), {"login": "ines@ember.example", "password": PASSWORD})


def test_a_guesser_on_the_same_network_does_not_hold_up_the_owners_browser(secret, user):
    browser = signed_out(secret)
    Authenticator.objects.all().delete()
    fresh = give_second_factor(user)
    guess(past_the_password(CAFE), 6)
    assert not got_in(answer(past_the_password(CAFE), code_of(fresh)))
    again(browser)
    assert got_in(answer(browser, code_of(fresh)))


def test_the_owners_browser_is_no_place_to_guess_codes_without_end(secret, user):
    browser = signed_out(secret)
    Authenticator.objects.all().delete()
    fresh = give_second_factor(user)
    again(browser)
    guess(browser, 10)
    assert not got_in(answer(browser, code_of(fresh)))


def test_the_password_alone_makes_no_browser_and_no_network_the_owners(secret):
    """Else whoever has the password would guess past the counters of strangers."""
    browser = past_the_password(STRANGER)
    assert "tp_known" not in browser.cookies
    guess(browser, 5)
    again(browser)
    assert not got_in(answer(browser, code_of(secret)))
    assert not KnownNetwork.objects.exists()


def test_nor_to_guess_the_password_at(user):
    browser = Client(REMOTE_ADDR=STRANGER)
    browser.force_login(user)
    has_just_confirmed(browser)
    new = {"password1": "warm-paper-dark-ink-9", "password2": "warm-paper-dark-ink-9"}
    for _ in range(5):
        browser.post(reverse("account_change_password"), {"oldpassword": "wrong"} | new)
    refused = browser.post(reverse("account_change_password"), {"oldpassword": PASSWORD} | new)
    assert "Too many tries" in refused.text
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_the_owner_is_told_once_and_sees_every_try(secret, user, run_tasks, mailbox):
    for network in range(6):
        guess(past_the_password(f"192.0.{network}.5"), 6)
    run_tasks()
    (letter,) = mailbox("identity/codes_guessed")
    assert letter.address == user.email
    assert "choose a new one now" in letter.text
    assert reverse("account_reset_password") in letter.text
    kinds = set(Activity.objects.filter(user=user).values_list("kind", flat=True))
    assert {ActivityKind.WRONG_CODE, ActivityKind.BLOCKED} <= kinds


def test_a_guesser_does_not_hold_up_the_owner_at_home(secret, user):
    assert got_in(answer(past_the_password(HOME), code_of(secret)))
    Authenticator.objects.all().delete()
    fresh = give_second_factor(user)
    for network in range(10):
        guess(past_the_password(f"192.0.{network}.5"), 6)
    assert not got_in(answer(past_the_password(CAFE), code_of(fresh)))
    assert got_in(answer(past_the_password(HOME), code_of(fresh)))


def test_the_mailed_link_lets_the_owner_in_even_from_the_guessers_own_network(
    secret, run_tasks, mailbox
):
    """Behind one proxy or in one office everybody shares a network."""
    guess(past_the_password(CAFE), 12)
    run_tasks()
    text = mailbox("identity/codes_guessed")[-1].text
    link = re.search(r"https?://[^/]+(/account/let-me-in/\S+)", text)[1]
    browser = Client(REMOTE_ADDR=CAFE)
    browser.post(link)
    browser.post(reverse("account_login"), {"login": "ines@ember.example", "password": PASSWORD})
    assert got_in(answer(browser, code_of(secret)))


def test_the_mailed_link_gives_ten_guesses_and_no_more(secret, user):
    from tradepost.identity.actions.lockout import make_access_link

    browser = Client(REMOTE_ADDR=STRANGER)
    browser.post(f"/account/let-me-in/{make_access_link(user=user, unasked=False)}/")
    browser.post(reverse("account_login"), {"login": "ines@ember.example", "password": PASSWORD})
    guess(browser, 10)
    assert not got_in(answer(browser, code_of(secret)))
