"""What strangers can set going has an end, and the refusal says when to come back."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.core import context
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django_scopes import scopes_disabled

from tradepost.delivery.models import Mail
from tradepost.identity.actions import limits
from tradepost.identity.actions.limits import LIMITS, TooMany, spend
from tradepost.identity.models import RateLimit
from tradepost.identity.sign_in.adapter import AccountAdapter

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 21, 9, tzinfo=UTC)


def letters(**which: str) -> int:
    with scopes_disabled():
        return Mail.objects.filter(**which).count()


SIGN_UP = {
    "email": "new@ember.example",
    "password1": "bottle-green-ledger-7",
    "shop_name": "Ember Leather",
    "country": "DE",
    "language": "en",
    "website": "www.ember-leather.example",
}


def taken(times: int, **who: str) -> int:
    """How many of so many orders are let through."""
    count = 0
    for _ in range(times):
        try:
            spend("order", **who)
        except TooMany:
            continue
        count += 1
    return count


def test_an_allowance_fills_again_steadily():
    with time_machine.travel(START, tick=False) as clock:
        assert taken(12, address="ann@example.org") == 6
        clock.shift(timedelta(minutes=11))
        assert taken(3, address="ann@example.org") == 1
        clock.shift(timedelta(hours=1))
        assert taken(12, address="ann@example.org") == 6


def test_a_clock_that_is_set_back_shuts_nobody_out():
    with time_machine.travel(START, tick=False) as clock:
        clock.shift(timedelta(hours=5))
        assert taken(12, address="ann@example.org") == 6
        clock.shift(-timedelta(hours=5))
        assert taken(12, address="ann@example.org") == 6
        clock.shift(timedelta(minutes=11))
        assert taken(12, address="ann@example.org") == 1


def test_a_machine_whose_clock_is_behind_lets_nobody_through_once_more():
    with time_machine.travel(START, tick=False) as clock:
        assert taken(12, address="ann@example.org") == 6
        for behind in (timedelta(milliseconds=5), timedelta(minutes=1)):
            clock.shift(-behind)
            assert taken(12, address="ann@example.org") == 0


def test_whoever_waited_for_the_others_gets_no_allowance_of_its_own(monkeypatch):
    """It read the clock, waited while six others were let through, and then saw a moment to come."""
    others = []

    def wait_behind_six_others(rows, **more):
        if not others:
            others.append("they go first")
            others.append(taken(6, address="ann@example.org"))
        return create(rows, **more)

    create = RateLimit.objects.bulk_create
    with time_machine.travel(START, tick=True):
        monkeypatch.setattr(RateLimit.objects, "bulk_create", wait_behind_six_others)
        assert taken(1, address="ann@example.org") == 0
    assert others[1] == 6


def test_a_refusal_says_when_the_next_one_is_let_through():
    with time_machine.travel(START, tick=False) as clock:
        taken(6, address="ann@example.org")
        with pytest.raises(TooMany) as refused:
            spend("order", address="ann@example.org")
        assert "9:11" in refused.value.in_words
        clock.move_to(refused.value.until)
        spend("order", address="ann@example.org")


def test_a_refused_try_counts_nowhere():
    """Whichever of its counters is looked at first: several networks, before and behind the address."""
    networks = [f"192.0.{number}.0" for number in range(12)]
    with time_machine.travel(START, tick=False):
        taken(6, address="ann@example.org")
        for network in networks:
            taken(1, network=network)
        before = list(RateLimit.objects.order_by("key").values_list("key", "spent_until"))
        for network in networks:
            assert taken(1, address="ann@example.org", network=network) == 0
        assert list(RateLimit.objects.order_by("key").values_list("key", "spent_until")) == before


@pytest.mark.parametrize("other", ["ann+1@example.org", "ANN@Example.org", " ann@example.org "])
def test_other_spellings_of_a_mailbox_share_its_allowance(other):
    taken(6, address="ann@example.org")
    assert taken(1, address=other) == 0


def test_other_people_on_the_same_network_are_let_through():
    taken(20, address="ann@example.org", network="192.0.2.0")
    assert taken(1, address="ben@example.org", network="192.0.2.0") == 1


def test_an_emptied_cache_forgives_nothing():
    taken(6, address="ann@example.org")
    cache.clear()
    assert taken(1, address="ann@example.org") == 0


def test_the_operator_may_widen_all_but_what_protects_a_person(settings):
    settings.TRADEPOST = replace(settings.TRADEPOST, limits_times=3)
    assert taken(12, address="ann@example.org") == 6
    assert taken(400, network="192.0.2.0") == 300


def test_counters_name_nobody():
    taken(1, address="ann@example.org", network="192.0.2.0")
    assert not any("ann" in key or "192" in key[:3] for key in RateLimit.objects.values_list("key"))


def test_counters_go_when_they_are_full_again():
    taken(1, address="ann@example.org")
    assert limits.purge(datetime.now(UTC)) == 0
    assert limits.purge(datetime.now(UTC) + timedelta(days=3)) == RateLimit.objects.count() + 2


def test_whatever_mails_an_address_is_limited_by_it_and_for_all_of_the_installation():
    mailing = set(LIMITS) - {"passkey", "code word", "warning"}
    assert all({"address", "installation"} <= set(LIMITS[what]) for what in mailing)


@pytest.mark.django_db(transaction=True)
def test_a_burst_of_parallel_asks_gets_no_more_than_the_allowance():
    from django.db import connection

    def one(_number: int) -> int:
        try:
            return taken(1, address="ann@example.org", network="192.0.2.0")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(24))) == 6


def test_a_network_cannot_sign_up_strangers_without_end_and_keeps_what_was_typed():
    answers = [
        Client(REMOTE_ADDR="192.0.2.66").post(
            reverse("account_signup"), SIGN_UP | {"email": f"p{number}@example.org"}
        )
        for number in range(22)
    ]
    assert [answer.status_code for answer in answers[:20]] == [302] * 20
    assert "Too many in a short time" in answers[20].text
    assert 'value="p20@example.org"' in answers[20].text
    assert letters() == 20


def test_one_address_gets_few_letters_however_often_it_is_typed(make_user):
    make_user("taken@ember.example")
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        for number in range(12):
            clock.shift(timedelta(minutes=4))
            Client(REMOTE_ADDR=f"192.0.{number}.66").post(
                reverse("account_signup"), SIGN_UP | {"email": "taken@ember.example"}
            )
    assert letters(address="taken@ember.example") == 5


def test_signing_in_again_and_again_mails_no_unconfirmed_address_without_end():
    Client().post(reverse("account_signup"), SIGN_UP)
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        for _ in range(20):
            clock.shift(timedelta(minutes=4))
            Client().post(
                reverse("account_login"),
                {"login": SIGN_UP["email"], "password": SIGN_UP["password1"]},
            )
    assert letters() <= 6


def test_new_passwords_are_asked_for_five_times_and_then_the_page_says_when(make_user, run_tasks):
    make_user("ines@ember.example")
    for number in range(8):
        page = Client(REMOTE_ADDR=f"192.0.{number}.66").post(
            reverse("account_reset_password"), {"email": "ines@ember.example"}
        )
    run_tasks()
    assert "Please try again at" in page.text
    assert 'value="ines@ember.example"' in page.text
    assert letters() == 5


@pytest.mark.parametrize("email", ["ines@ember.example", "nobody@ember.example"])
def test_the_refusal_is_the_same_for_addresses_without_an_account(make_user, email):
    make_user("ines@ember.example")
    answers = [
        Client().post(reverse("account_reset_password"), {"email": email}).status_code
        for _ in range(7)
    ]
    assert answers == [302] * 5 + [200] * 2


@pytest.mark.parametrize(
    "spellings",
    [
        ["a.nn@gmail.com", "ann@googlemail.com", "A.N.N+7@Gmail.com", "an.n@gmail.com"],
        ["ann@bücher.example", "ann@xn--bcher-kva.example", "ANN@BÜCHER.example"],
        ["ann@example.org", "ann@ｅxample.org", " ann+x@example.org", "Ann@EXAMPLE.org"],
    ],
)
def test_one_mailbox_has_one_allowance_however_it_is_written(spellings):
    assert sum(taken(6, address=address) for address in spellings) == 6


def test_points_count_where_they_make_another_mailbox():
    assert taken(6, address="a.nn@example.org") + taken(6, address="ann@example.org") == 12


def test_one_network_cannot_have_strangers_written_to_without_end(rf):
    """Each new address of an account is asked by mail whether it is its owner's."""
    link = {"activate_url": "https://tradepost.example/accounts/confirm-email/x/"}
    with context.request_context(rf.get("/", REMOTE_ADDR="192.0.2.66")):
        for number in range(45):
            to = f"s{number}@example.org"
            AccountAdapter().send_mail("account/email/email_confirmation", to, link)
    assert letters(template="identity/confirm_email") == 40


def test_what_is_given_back_can_be_spent_again_but_not_more():
    for _ in range(5):
        spend("code word", network="203.0.113.0")
        limits.give_back("code word", network="203.0.113.0")
    limits.give_back("code word", network="203.0.113.0")
    most, let_through = LIMITS["code word"]["network"].most, 0
    with time_machine.travel(START + timedelta(days=40), tick=False):
        for _ in range(most):
            spend("code word", network="203.0.113.0")
            let_through += 1
        with pytest.raises(TooMany):
            spend("code word", network="203.0.113.0")
    assert let_through == most
