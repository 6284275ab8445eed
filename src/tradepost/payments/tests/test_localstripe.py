"""Our gateway against localstripe: the same answers from a server that we did not write.

It knows PaymentIntents, refunds and signed webhooks; Checkout Sessions and idempotency keys it does not,
so the way through the hosted page is tested with our own stand-in (test_stripe.py).
"""

import json
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from tradepost.audit.types import SYSTEM
from tradepost.lib.money import Money
from tradepost.payments.actions.receive import find_out, receive_webhook
from tradepost.payments.actions.refund import request_refund, settle_refund
from tradepost.payments.gateways.sealed import seal_secrets
from tradepost.payments.gateways.stripe import gateway
from tradepost.payments.gateways.stripe.client import stripe_client
from tradepost.payments.models import GatewayAccount, PaymentIntent
from tradepost.payments.queries import amounts
from tradepost.payments.tests import localstripe_server
from tradepost.payments.tests.fixtures import asked_by_card
from tradepost.payments.types import BadSignature, PaymentRefused
from tradepost.rights.models import Disclosure

KEY = "sk_test_standin_localstripe"
GOOD, DECLINED = "4242424242424242", "4000000000000341"
CHALLENGED, CHALLENGED_THEN_DECLINED = "4000002500003155", "4000008400001629"


@pytest.fixture(scope="module")
def localstripe():
    with localstripe_server.running() as (base, letters):
        yield base, letters


@pytest.fixture
def account(localstripe, merchant, settings):
    settings.TRADEPOST = replace(settings.TRADEPOST, stripe_api_base=localstripe[0])
    with scope(merchant=merchant):
        proven = {"proven_at": timezone.now().isoformat()}
        row = GatewayAccount(merchant=merchant, gateway="stripe", enabled=True, settings=proven)
        seal_secrets(row, {"secret_key": KEY, "webhook_secret": localstripe_server.SECRET})
        row.save()
        yield row


@pytest.fixture
def intent(account, merchant):
    return asked_by_card(merchant)


@pytest.fixture
def letter(localstripe):
    """The first message about a payment: raw body and headers."""

    def wait(payment: str):
        body, signature = localstripe[1].about(payment)
        return body, {"Stripe-Signature": signature}

    return wait


def charge(intent, number: str) -> str:
    """What the hosted page does with a card; returns Stripe's name of the payment, paid or not."""
    with stripe_client(_account(intent)) as client:
        card = {"number": number, "exp_month": 12, "exp_year": 2030, "cvc": "123"}
        method = client.v1.payment_methods.create({"type": "card", "card": card})
        payment = client.v1.payment_intents.create(
            {
                "amount": intent.amount_minor,
                "currency": intent.currency.lower(),
                "payment_method": method.id,
                "metadata": {"tradepost_intent": intent.public_id},
            }
        )
    intent.session_id = f"cs_{payment.id}"
    intent.save(update_fields=["session_id"])
    with stripe_client(_account(intent)) as client:
        client.v1.payment_intents.confirm(payment.id)
    return payment.id


def answer_challenge(intent, *, success: bool) -> None:
    payment = intent.session_id.removeprefix("cs_")
    with stripe_client(_account(intent)) as client:
        secret = client.v1.payment_intents.retrieve(payment).client_secret
        path = f"/v1/payment_intents/{payment}/_authenticate"
        client.raw_request("post", path, client_secret=secret, success=success)


def _account(intent) -> GatewayAccount:
    return GatewayAccount.objects.get(merchant=intent.merchant, gateway="stripe")


def state_of(intent) -> str:
    return amounts(PaymentIntent.objects.get(pk=intent.pk)).state


def kinds(intent) -> list[str]:
    return [event.kind for event in intent.events.order_by("pk")]


def give_back(intent, minor: int, key: str) -> bool:
    refund = request_refund(intent=intent, amount=Money(minor, "EUR"), key=key, by=SYSTEM)
    return settle_refund(refund=refund, by=SYSTEM)


def test_asking_finds_a_payment_and_its_amount_once(intent) -> None:
    payment = charge(intent, GOOD)
    assert (find_out(intent=intent), find_out(intent=intent)) == (1, 0)
    assert (state_of(intent), amounts(intent).captured_minor) == ("paid", 6290)
    assert intent.payment_id == payment


def test_each_call_leaves_through_the_recorded_way_out(intent) -> None:
    charge(intent, GOOD)
    before = Disclosure.objects.count()
    find_out(intent=intent)
    assert Disclosure.objects.count() > before


def test_a_declined_card_is_refused_in_words_and_kept_with_its_code(intent) -> None:
    with pytest.raises(PaymentRefused, match=r"^Your card was declined\.$"):
        charge(intent, DECLINED)
    find_out(intent=intent)
    (event,) = intent.events.all()
    assert (event.kind, event.detail["code"]) == ("failed", "card_declined")
    assert event.fact_id.startswith("failed:ch_"), "named after the charge, so each try counts"
    assert state_of(intent) == "failed"


def test_three_d_secure_says_nothing_until_it_is_passed(intent) -> None:
    charge(intent, CHALLENGED)
    find_out(intent=intent)
    assert (state_of(intent), kinds(intent)) == ("open", [])
    answer_challenge(intent, success=True)
    find_out(intent=intent)
    assert (state_of(intent), kinds(intent)) == ("paid", ["captured"])


def test_a_failed_three_d_secure_check_takes_no_money(intent) -> None:
    charge(intent, CHALLENGED)
    answer_challenge(intent, success=False)
    find_out(intent=intent)
    (event,) = intent.events.all()
    assert event.kind == "failed"
    assert event.detail == {"code": "payment_intent_authentication_failure"}
    assert event.fact_id == f"failed:{intent.payment_id}", "there is no charge to name it after"


def test_a_card_may_be_declined_after_three_d_secure(intent) -> None:
    charge(intent, CHALLENGED_THEN_DECLINED)
    with pytest.raises(PaymentRefused, match="declined"):
        answer_challenge(intent, success=True)
    find_out(intent=intent)
    assert intent.events.get().detail["code"] == "card_declined"


def test_a_payment_given_up_at_stripe_is_cancelled_here(intent) -> None:
    payment = charge(intent, CHALLENGED)
    with stripe_client(_account(intent)) as client:
        client.v1.payment_intents.cancel(payment)
    find_out(intent=intent)
    assert kinds(intent) == ["cancelled"]


@pytest.fixture
def paid(intent):
    charge(intent, GOOD)
    find_out(intent=intent)
    return intent


def test_part_and_then_the_rest_are_given_back(paid) -> None:
    assert give_back(paid, 2000, "a")
    assert state_of(paid) == "partly_refunded"
    assert give_back(paid, 4290, "b")
    assert state_of(paid) == "refunded"
    with stripe_client(_account(paid)) as client:
        there = client.v1.refunds.list({"payment_intent": paid.payment_id}).data
    assert sorted(refund.amount for refund in there) == [2000, 4290]


def test_our_own_refund_seen_again_by_asking_is_not_counted_twice(paid) -> None:
    give_back(paid, 2000, "a")
    assert find_out(intent=paid) == 0
    assert (amounts(paid).refunded_minor, amounts(paid).refund_pending_minor) == (2000, 0)


def test_a_refund_made_elsewhere_is_found_by_asking(paid) -> None:
    with stripe_client(_account(paid)) as client:
        client.v1.refunds.create({"payment_intent": paid.payment_id, "amount": 500})
    find_out(intent=paid)
    assert (amounts(paid).refunded_minor, amounts(paid).refund_pending_minor) == (500, 0)


def test_a_refund_that_stripe_refuses_releases_what_it_reserved(paid) -> None:
    paid.payment_id = "pi_nobodys"
    paid.save(update_fields=["payment_id"])
    with pytest.raises(PaymentRefused, match="Not Found"):
        give_back(paid, 2000, "refused")
    assert amounts(paid).refundable == Money(6290, "EUR")


def test_a_signed_message_tells_of_the_payment(account, intent, letter) -> None:
    payment = charge(intent, GOOD)
    notice = gateway.read_webhook(account, *letter(payment))
    (news,) = notice.news
    assert (notice.event_type, news.intent, news.payment_id) == (
        "payment_intent.succeeded", intent, payment,
    )  # fmt: skip
    assert (news.fact.kind, news.fact.amount_minor) == ("captured", 6290)


def test_message_repetition_and_asking_make_one_line(account, intent, letter) -> None:
    body, headers = letter(charge(intent, GOOD))
    path = reverse("payments:webhook", args=["stripe", account.public_id])
    for _ in range(2):
        answer = Client().post(path, body, content_type="application/json", headers=headers)
        assert answer.status_code == 200
    find_out(intent=intent)
    assert kinds(intent) == ["captured"]


def test_a_message_of_a_decline_and_the_answer_agree(account, intent, letter) -> None:
    with pytest.raises(PaymentRefused):
        charge(intent, DECLINED)
    body, headers = letter(intent.session_id.removeprefix("cs_"))
    receive_webhook(account=account, body=body, headers=headers)
    assert kinds(intent) == ["failed"]
    assert find_out(intent=intent) == 0, "the same fact, whichever way it comes"


def test_a_message_that_was_changed_or_signed_with_another_secret_is_refused(
    account, intent, letter
) -> None:
    body, headers = letter(charge(intent, GOOD))
    gateway.read_webhook(account, body, headers)
    with pytest.raises(BadSignature):
        gateway.read_webhook(account, body.replace(b"6290", b"9290"), headers)
    seal_secrets(account, {"secret_key": KEY, "webhook_secret": "whsec_of_another"})
    with pytest.raises(BadSignature):
        gateway.read_webhook(account, body, headers)


def test_a_message_older_than_five_minutes_is_refused(
    account, intent, letter, time_machine
) -> None:
    body, headers = letter(charge(intent, GOOD))
    signed_at = json.loads(body)["created"]
    time_machine.move_to(signed_at + 290, tick=False)
    gateway.read_webhook(account, body, headers)
    time_machine.move_to(signed_at + 301, tick=False)
    with pytest.raises(BadSignature):
        gateway.read_webhook(account, body, headers)
