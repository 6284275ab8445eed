"""Wrong passwords block further tries, and no stranger can lock the owner out for good."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from conftest import PASSWORD
from django.core import signing
from django.test import Client
from django.urls import reverse

from tradepost.identity.actions import lockout
from tradepost.identity.models import AccessLink, Activity, ActivityKind, SignInCounter, User

HOME, CAFE, STRANGER = "203.0.113.7", "198.51.100.20", "192.0.2.66"


@pytest.fixture
def user(make_user) -> User:
    return make_user("ines@ember.example", name="Ines")


def sign_in(password: str, network: str, email: str = "ines@ember.example", client=None):
    client = client or Client()
    return client.post(
        reverse("account_login"), {"login": email, "password": password}, REMOTE_ADDR=network
    )


def got_in(response) -> bool:
    return response.status_code == 302 and response.url.startswith("/office/")


def hammer(network: str, times: int, email: str = "ines@ember.example"):
    for _ in range(times):
        response = sign_in("wrong", network, email)
    return response


def test_the_right_password_opens(user):
    assert got_in(sign_in(PASSWORD, HOME))


def test_five_wrong_ones_block_the_sixth_even_if_it_is_right(user):
    hammer(STRANGER, 5)
    response = sign_in(PASSWORD, STRANGER)
    assert not got_in(response)
    assert "Too many tries" in response.content.decode()


def test_a_block_from_before_the_clock_was_set_back_is_over(user):
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False) as clock:
        hammer(STRANGER, 5)
        assert not got_in(sign_in(PASSWORD, STRANGER))
        clock.shift(-timedelta(hours=3))
        assert got_in(sign_in(PASSWORD, STRANGER))


def test_the_longest_block_holds_for_a_machine_whose_clock_is_a_little_behind(user):
    start = datetime(2026, 11, 21, 9, tzinfo=UTC)
    keys = {"pair": "a pair of the longest block"}
    SignInCounter.objects.create(key=keys["pair"], tries=40, last_at=start)
    with time_machine.travel(start, tick=False) as clock:
        lockout.count(keys)
        clock.shift(-timedelta(milliseconds=5))
        with pytest.raises(lockout.Blocked):
            lockout.count(keys)


def test_the_wait_grows_and_ends(user):
    start = datetime(2026, 11, 21, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        hammer(STRANGER, 5)
        clock.shift(timedelta(seconds=61))
        assert not got_in(sign_in("wrong", STRANGER))
        clock.shift(timedelta(seconds=61))
        assert not got_in(sign_in(PASSWORD, STRANGER)), "the second wait is longer"
        clock.shift(timedelta(seconds=61))
        assert got_in(sign_in(PASSWORD, STRANGER))


def test_knocking_while_blocked_does_not_prolong_the_wait(user):
    start = datetime(2026, 11, 21, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        hammer(STRANGER, 5)
        clock.shift(timedelta(seconds=50))
        hammer(STRANGER, 30)
        clock.shift(timedelta(seconds=11))
        assert got_in(sign_in(PASSWORD, STRANGER))


def test_a_stranger_elsewhere_does_not_hold_up_the_owner(user):
    hammer(STRANGER, 12)
    assert got_in(sign_in(PASSWORD, HOME))


def test_a_spread_attack_does_not_hold_up_a_network_the_owner_has_used(user):
    assert got_in(sign_in(PASSWORD, HOME))
    for number in range(10):
        hammer(f"192.0.{number}.5", 4)
    assert not got_in(sign_in(PASSWORD, CAFE)), "a network never seen before waits"
    assert got_in(sign_in(PASSWORD, HOME))


def link_in(mails) -> str:
    return re.search(r"https?://[^/]+(/account/let-me-in/\S+)", mails[-1].text)[1]


def attack_from_many_networks() -> None:
    for number in range(10):
        hammer(f"192.0.{number}.5", 4)


def test_the_mailed_link_lets_the_owner_in_from_anywhere(user, run_tasks, mailbox):
    attack_from_many_networks()
    run_tasks()
    assert not got_in(sign_in(PASSWORD, CAFE))
    browser = Client(REMOTE_ADDR=CAFE)
    link = link_in(mailbox("identity/let_me_in"))
    assert browser.get(link).status_code == 200, "a mail program that opens it spends nothing"
    assert browser.post(link).url == reverse("account_login")
    assert got_in(sign_in(PASSWORD, CAFE, client=browser))


def test_the_link_works_once_and_in_one_browser(user, run_tasks, mailbox):
    attack_from_many_networks()
    run_tasks()
    link = link_in(mailbox("identity/let_me_in"))
    Client().post(link)
    other = Client()
    assert other.post(link).status_code == 410
    assert not got_in(sign_in(PASSWORD, CAFE, client=other))


def test_the_link_does_not_open_the_account_without_the_password(user, run_tasks, mailbox):
    attack_from_many_networks()
    run_tasks()
    browser = Client()
    browser.post(link_in(mailbox("identity/let_me_in")))
    for _ in range(12):
        assert not got_in(sign_in("wrong", CAFE, client=browser))
    assert not got_in(sign_in(PASSWORD, CAFE, client=browser)), "its tries are counted too"


def test_a_link_to_one_account_is_no_help_at_another(user, make_user):
    from tradepost.identity.actions.lockout import make_access_link

    own = make_access_link(user=make_user("mallory@evil.example"), unasked=False)
    browser = Client()
    assert browser.post(f"/account/let-me-in/{own}/").status_code == 302
    hammer(STRANGER, 5)
    assert not got_in(sign_in(PASSWORD, STRANGER, client=browser))


def test_links_are_asked_for_once_in_a_while(user):
    def asked(email: str, network: str) -> int:
        page = reverse("account:ask_link")
        return Client(REMOTE_ADDR=network).post(page, {"email": email}).status_code

    assert [asked("ines@ember.example", f"192.0.{n}.5") for n in range(2)] == [200, 429]
    others = [asked(f"p{number}@ember.example", STRANGER) for number in range(11)]
    assert others == [200] * 10 + [429]


def test_an_old_or_forged_link_is_spent(user):
    assert Client().post("/account/let-me-in/forged/").status_code == 410
    from tradepost.identity.actions.lockout import make_access_link

    secret = make_access_link(user=user, unasked=False)
    AccessLink.objects.update(made_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert Client().post(f"/account/let-me-in/{secret}/").status_code == 410


def test_strangers_cannot_fill_the_mailbox(user, run_tasks, mailbox):
    for number in range(30):
        hammer(f"192.0.{number}.5", 4)
    run_tasks()
    assert len(mailbox("identity/let_me_in")) == 1


def test_nor_by_coming_back_whenever_the_wait_is_over(user, run_tasks, mailbox):
    with time_machine.travel(datetime(2026, 11, 21, tzinfo=UTC), tick=False) as clock:
        attack_from_many_networks()
        for hour in range(4):
            clock.shift(timedelta(minutes=65))
            hammer(f"192.1.{hour}.5", 1)
        run_tasks()
        assert len(mailbox("identity/let_me_in")) == 1
        clock.shift(timedelta(hours=6))
        hammer("192.2.1.5", 1)
        run_tasks()
        assert len(mailbox("identity/let_me_in")) == 2, "but the owner hears of a siege"


def test_a_mailed_link_may_be_asked_for_and_the_answer_tells_nothing(user, run_tasks, mailbox):
    known = Client().post(reverse("account:ask_link"), {"email": "ines@ember.example"})
    unknown = Client().post(reverse("account:ask_link"), {"email": "nobody@ember.example"})
    assert known.status_code == unknown.status_code == 200
    assert strip(known) == strip(unknown)
    run_tasks()
    assert len(mailbox("identity/let_me_in")) == 1


def strip(response) -> str:
    text = response.content.decode().replace("nobody@ember.example", "ines@ember.example")
    return re.sub(r'value="[^"]{40,}"|x-csrftoken[^}]*', "", text)


def test_an_unknown_address_is_answered_and_blocked_alike(user):
    for number in range(7):
        known = sign_in("wrong", STRANGER)
        unknown = sign_in("wrong", STRANGER, email="nobody@ember.example")
        assert known.status_code == unknown.status_code
        assert strip(known) == strip(unknown), f"try {number}"


def test_an_unknown_address_costs_as_much_hashing_as_a_known_one(user, monkeypatch):
    from django.contrib.auth.hashers import Argon2PasswordHasher

    calls = []
    for name in ("encode", "verify"):
        original = getattr(Argon2PasswordHasher, name)

        def counted(self, *args, _original=original, _name=name, **kwargs):
            calls.append(_name)
            return _original(self, *args, **kwargs)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    sign_in("wrong", STRANGER)
    known, calls[:] = len(calls), []
    sign_in("wrong", STRANGER, email="nobody@ember.example")
    assert len(calls) == known == 1


def test_one_network_cannot_try_one_password_on_many_accounts(user):
    for number in range(60):
        sign_in("123456", STRANGER, email=f"person{number}@ember.example")
    assert not got_in(sign_in(PASSWORD, STRANGER))
    assert got_in(sign_in(PASSWORD, HOME))


def test_signing_in_to_an_own_account_does_not_reset_the_attackers_count(user, make_user):
    make_user("mallory@evil.example")
    for number in range(59):
        sign_in("123456", STRANGER, email=f"person{number}@ember.example")
        if number % 10 == 0:
            assert got_in(sign_in(PASSWORD, STRANGER, email="mallory@evil.example"))
    sign_in("123456", STRANGER, email="another@ember.example")
    assert not got_in(sign_in(PASSWORD, STRANGER))


def test_failed_tries_show_in_the_owners_log_with_a_truncated_address(user):
    sign_in("wrong", STRANGER)
    row = Activity.objects.get(user=user, kind=ActivityKind.FAILED)
    assert row.network == "192.0.2.0"


def test_counters_name_nobody(user):
    sign_in("wrong", STRANGER)
    assert not any("ines" in key or "192" in key[:3] for key in keys())


def keys() -> list[str]:
    return list(SignInCounter.objects.values_list("key", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_burst_of_parallel_tries_gets_five_looks_at_the_password(make_user, monkeypatch):
    """State is shared by all processes: threads with connections of their own stand for them."""
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    from tradepost.identity.actions import lockout

    def one(_number: int) -> bool:
        try:
            lockout.begin_try(email="ines@ember.example", network="192.0.2.0")
        except lockout.Blocked:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        looked = sum(pool.map(one, range(24)))
    assert looked == 5


def signed_out_browser(network: str = CAFE) -> Client:
    """One in which the owner has signed in and out again."""
    browser = Client(REMOTE_ADDR=network)
    assert got_in(sign_in(PASSWORD, network, client=browser))
    browser.post(reverse("account_logout"))
    return browser


def test_a_stranger_on_the_same_network_does_not_hold_up_the_owners_browser(user):
    """Behind one proxy, in one office: the network tells the two not apart."""
    browser = signed_out_browser()
    hammer(CAFE, 12)
    assert not got_in(sign_in(PASSWORD, CAFE)), "another browser there waits"
    assert got_in(sign_in(PASSWORD, CAFE, client=browser))


def test_the_owners_browser_is_no_place_to_guess_without_end(user):
    browser = signed_out_browser()
    for _ in range(10):
        sign_in("wrong", CAFE, client=browser)
    assert not got_in(sign_in(PASSWORD, CAFE, client=browser))


def test_a_browser_is_known_for_its_own_account_alone(user, make_user):
    make_user("mallory@evil.example")
    browser = Client(REMOTE_ADDR=STRANGER)
    sign_in(PASSWORD, STRANGER, email="mallory@evil.example", client=browser)
    browser.post(reverse("account_logout"))
    for _ in range(5):
        sign_in("wrong", STRANGER, client=browser)
    assert not got_in(sign_in(PASSWORD, STRANGER, client=browser))


@pytest.mark.parametrize("forged", ["", "x", "WzEsICJ4Il0:1xY:abc"])
def test_a_made_up_cookie_is_no_known_browser(user, forged):
    browser = signed_out_browser(STRANGER)
    browser.cookies["tp_known"] = forged
    hammer(STRANGER, 5)
    assert not got_in(sign_in(PASSWORD, STRANGER, client=browser))


def test_a_known_browser_cannot_give_itself_another_name(user):
    """Each name has a count of its own: who may choose names guesses without end."""
    browser = signed_out_browser(STRANGER)
    said, at, seal = browser.cookies["tp_known"].value.split(":")
    number, void_with, _name = json.loads(signing.b64_decode(said.encode()))
    changed = json.dumps([number, void_with, "another"], separators=(",", ":")).encode()
    browser.cookies["tp_known"] = f"{signing.b64_encode(changed).decode()}:{at}:{seal}"
    hammer(STRANGER, 5)
    assert not got_in(sign_in(PASSWORD, STRANGER, client=browser))


def test_a_new_password_makes_every_browser_unknown(user):
    browser = signed_out_browser(STRANGER)
    user.set_password("warm-paper-dark-ink-9")
    user.save()
    hammer(STRANGER, 5)
    assert not got_in(sign_in("warm-paper-dark-ink-9", STRANGER, client=browser))


def test_the_cookie_of_a_known_browser_dies_with_it(user):
    cookie = signed_out_browser().cookies["tp_known"]
    assert cookie.value
    assert not cookie["max-age"]
    assert not cookie["expires"]
    assert cookie["httponly"]
