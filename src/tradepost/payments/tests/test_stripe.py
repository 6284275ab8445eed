"""Stripe from the shopper's click to the ledger, against the stand-in over HTTP."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from tradepost.audit.types import SYSTEM
from tradepost.lib.money import Money
from tradepost.payments.actions.receive import find_out
from tradepost.payments.actions.refund import request_refund, settle_refund
from tradepost.payments.actions.start import open_payment_page, pay_path, start_payment
from tradepost.payments.gateways.stripe.amounts import to_stripe
from tradepost.payments.models import AppendOnly, PaymentEvent, PaymentIntent, WebhookNotice
from tradepost.payments.queries import amounts
from tradepost.payments.tests.fixtures import asked_by_card
from tradepost.payments.types import (
    GatewayNotReady,
    GatewayUnreachable,
    MoreThanPaid,
    PaymentRefused,
)

BASE = "http://localhost:8000"


@pytest.fixture
def intent(stripe_standin, merchant):
    with scope(merchant=merchant):
        yield asked_by_card(merchant)


def page_of(intent) -> str:
    return open_payment_page(intent=intent, base_url=BASE)


def state_of(intent) -> str:
    return amounts(PaymentIntent.objects.get(pk=intent.pk)).state


def kinds(intent) -> list[str]:
    return [event.kind for event in intent.events.order_by("pk")]


def test_a_payment_told_by_webhook_is_in_the_ledger_once(stripe_standin, intent) -> None:
    stripe_standin.press(page_of(intent), "pay")
    assert state_of(intent) == "open"
    assert set(stripe_standin.send_all()) == {200}
    assert kinds(intent) == ["captured"]
    assert (state_of(intent), amounts(intent).captured_minor) == ("paid", 6290)


@pytest.mark.parametrize("reverse_order", [False, True])
def test_repeated_and_shuffled_webhooks_change_nothing(
    stripe_standin, intent, reverse_order
) -> None:
    page = page_of(intent)
    stripe_standin.press(page, "decline")
    stripe_standin.press(page, "pay")
    stripe_standin.send_all(reverse=reverse_order, times=3)
    assert state_of(intent) == "paid"
    assert kinds(intent).count("captured") == 1
    assert WebhookNotice.objects.filter(repeats=2).count() == len(stripe_standin.events())


def test_a_late_decline_does_not_unpay_an_order(stripe_standin, intent) -> None:
    page = page_of(intent)
    stripe_standin.press(page, "decline")
    declined = stripe_standin.events()
    stripe_standin.press(page, "pay")
    for event in [*stripe_standin.events()[::-1], *declined]:
        stripe_standin.send(event)
    assert state_of(intent) == "paid"


def test_coming_back_before_the_webhook_asks_stripe(stripe_standin, intent, client) -> None:
    answer = stripe_standin.press(page_of(intent), "pay")
    back = client.get(answer.headers["location"].removeprefix(BASE))
    assert (back.status_code, back.headers["location"]) == (302, "/order/abc/")
    assert state_of(intent) == "paid"
    stripe_standin.send_all()
    assert kinds(intent) == ["captured"]


def test_coming_back_from_a_cancelled_page_leaves_it_open_to_try_again(
    stripe_standin, intent, client
) -> None:
    page = page_of(intent)
    client.get(stripe_standin.press(page, "cancel").headers["location"].removeprefix(BASE))
    assert state_of(intent) == "open"
    assert page_of(PaymentIntent.objects.get(pk=intent.pk)) == page


def test_three_d_secure_passed_and_failed(stripe_standin, intent) -> None:
    page = page_of(intent)
    stripe_standin.press(page, "challenge")
    stripe_standin.send_all()
    assert state_of(intent) == "open", "who stands before a question has not paid"
    stripe_standin.press(page, "fail")
    stripe_standin.send_all()
    assert state_of(intent) == "failed"
    stripe_standin.press(page, "challenge")
    stripe_standin.press(page, "pass")
    stripe_standin.send_all()
    assert state_of(intent) == "paid"


def test_a_failed_three_d_secure_check_has_no_charge(stripe_standin, intent) -> None:
    page = page_of(intent)
    stripe_standin.press(page, "challenge")
    stripe_standin.press(page, "fail")
    stripe_standin.send_all()
    event = PaymentEvent.objects.get(kind="failed")
    assert event.detail == {"code": "payment_intent_authentication_failure"}
    assert event.fact_id.startswith("failed:pi_")


def test_a_decline_is_kept_with_its_code_and_without_the_card(stripe_standin, intent) -> None:
    stripe_standin.press(page_of(intent), "decline")
    stripe_standin.send_all()
    event = PaymentEvent.objects.get(kind="failed")
    assert event.detail == {"code": "card_declined", "decline_code": "generic_decline"}
    assert state_of(intent) == "failed"


def test_an_expired_session_is_over(stripe_standin, intent) -> None:
    page_of(intent)
    stripe_standin.rows.expire_session(intent.session_id)
    stripe_standin.send_all()
    assert state_of(intent) == "failed"
    intent.refresh_from_db()
    assert intent.over_at


def test_money_that_comes_days_later_counts_when_it_comes(stripe_standin, intent) -> None:
    stripe_standin.press(page_of(intent), "later")
    stripe_standin.send_all()
    assert state_of(intent) == "pending"
    stripe_standin.rows.settle_later(
        stripe_standin.rows.of("session")[intent.session_id], success=True
    )
    stripe_standin.send_all()
    assert (state_of(intent), kinds(intent).count("captured")) == ("paid", 1)


@pytest.mark.parametrize("told_by", ["webhook", "webhooks backwards", "asking"])
def test_money_that_does_not_come_after_days_is_no_longer_under_way(
    stripe_standin, intent, told_by
) -> None:
    stripe_standin.press(page_of(intent), "later")
    stripe_standin.rows.settle_later(
        stripe_standin.rows.of("session")[intent.session_id], success=False
    )
    if told_by == "asking":
        find_out(intent=PaymentIntent.objects.get(pk=intent.pk))
    else:
        stripe_standin.send_all(reverse=told_by == "webhooks backwards", times=2)
    assert state_of(intent) == "failed"
    assert PaymentIntent.objects.get(pk=intent.pk).over_at, "a new try is possible"


@pytest.mark.parametrize(
    ("amount", "units"),
    [
        (Money(1250, "EUR"), 1250),
        (Money(1250, "JPY"), 1250),
        (Money(1250, "RSD"), 125000),  # without digits for people, with two for Stripe
        (Money(1250, "ISK"), 125000),
        (Money(1250, "KWD"), 1250),
    ],
)
def test_stripe_is_asked_for_the_same_amount_in_its_own_units(
    stripe_standin, merchant, amount, units
) -> None:
    with scope(merchant=merchant):
        intent = start_payment(
            merchant=merchant,
            amount=amount,
            reference="test.thing:2",
            method="stripe",
            key="thing-2",
            label="Order 1002",
            return_path="/order/abc/",
            payer_email="ines@customer.example",
        )
        stripe_standin.press(page_of(intent), "pay")
        assert stripe_standin.rows.of("session")[intent.session_id]["amount_total"] == units
        stripe_standin.send_all()
        give_back(PaymentIntent.objects.get(pk=intent.pk), 250, "a", amount.currency)
        stripe_standin.send_all()
        found = amounts(intent)
    assert (found.captured_minor, found.refunded_minor) == (1250, 250)


def test_fils_that_cards_do_not_take_are_refused_in_words(stripe_standin, merchant) -> None:
    with pytest.raises(PaymentRefused, match=r"1\.234 KWD cannot be paid by card"):
        to_stripe(Money(1234, "KWD"))


def test_a_page_closes_within_the_hour_and_not_before_stripe_allows_it(
    stripe_standin, intent, time_machine
) -> None:
    stripe_standin.standin.outage = 2
    with pytest.raises(GatewayUnreachable):
        page_of(intent)
    intent.refresh_from_db()
    first = intent.page_until
    time_machine.move_to(first - timedelta(minutes=10), tick=False)
    page_of(intent)
    until = stripe_standin.rows.of("session")[intent.session_id]["expires_at"]
    assert until == (timezone.now() + timedelta(hours=1)).timestamp()
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    with pytest.raises(PaymentRefused, match="over"):
        page_of(PaymentIntent.objects.get(pk=intent.pk))


def test_two_clicks_lead_to_one_page(stripe_standin, intent) -> None:
    fresh = PaymentIntent.objects.get(pk=intent.pk)
    assert page_of(intent) == page_of(fresh)
    assert len(stripe_standin.rows.of("session")) == 1


def test_the_address_to_pay_at_redirects_to_the_hosted_page(stripe_standin, intent, client) -> None:
    answer = client.get(pay_path(intent))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(stripe_standin.standin.base + "/c/pay/cs_test")
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_an_outage_keeps_the_payer_on_our_page(stripe_standin, intent, client) -> None:
    stripe_standin.standin.outage = 5
    answer = client.get(pay_path(intent))
    assert answer.headers["location"] == "/order/abc/"
    with pytest.raises(GatewayUnreachable):
        find_out(intent=_with_session(intent))


def _with_session(intent):
    intent.session_id = "cs_x"
    return intent


@pytest.mark.parametrize("wrong", [{"secret": "whsec_wrong"}, {"age": 400}])
def test_an_unsigned_or_stale_message_is_refused_and_leaves_no_trace(
    stripe_standin, intent, wrong
) -> None:
    stripe_standin.press(page_of(intent), "pay")
    assert {stripe_standin.send(event, **wrong) for event in stripe_standin.events()} == {400}
    assert (WebhookNotice.objects.count(), kinds(intent)) == (0, [])


def test_another_shops_webhook_cannot_pay_this_order(
    stripe_standin, intent, other_merchant
) -> None:
    from tradepost.payments.gateways.sealed import seal_secrets
    from tradepost.payments.models import GatewayAccount

    stripe_standin.press(page_of(intent), "pay")
    with scope(merchant=other_merchant):
        account = GatewayAccount(merchant=other_merchant, gateway="stripe")
        seal_secrets(account, {"secret_key": "sk_test_standin_b", "webhook_secret": "whsec_b"})
        account.save()
    stripe_standin.account = account
    assert {stripe_standin.send(event, secret="whsec_b") for event in stripe_standin.events()} == {
        200
    }
    assert kinds(intent) == []


@pytest.fixture
def paid(stripe_standin, intent):
    stripe_standin.press(page_of(intent), "pay")
    stripe_standin.send_all()
    intent.refresh_from_db()
    return intent


def give_back(intent, minor: int, key: str, currency: str = "EUR") -> None:
    settle_refund(
        refund=request_refund(intent=intent, amount=Money(minor, currency), key=key, by=SYSTEM),
        by=SYSTEM,
    )


def test_part_and_then_the_rest_can_be_given_back_but_no_more(stripe_standin, paid) -> None:
    give_back(paid, 2000, "a")
    assert state_of(paid) == "partly_refunded"
    give_back(paid, 4290, "b")
    assert state_of(paid) == "refunded"
    with pytest.raises(MoreThanPaid):
        give_back(paid, 1, "c")
    stripe_standin.send_all(reverse=True, times=2)
    assert amounts(paid).refunded_minor == 6290
    assert kinds(paid).count("refunded") == 2


def test_the_same_refund_twice_gives_back_once(stripe_standin, paid) -> None:
    give_back(paid, 2000, "same")
    give_back(paid, 2000, "same")
    assert len(stripe_standin.rows.of("refund")) == 1


def test_a_refund_lost_on_the_way_is_settled_by_the_reconciliation_once(
    stripe_standin, paid, time_machine
) -> None:
    from tradepost.payments.actions.reconcile import reconcile

    refund = request_refund(intent=paid, amount=Money(2000, "EUR"), key="lost", by=SYSTEM)
    stripe_standin.standin.outage = 9
    with pytest.raises(GatewayUnreachable):
        settle_refund(refund=refund, by=SYSTEM)
    stripe_standin.standin.outage = 0
    assert amounts(paid).refund_pending_minor == 2000
    time_machine.move_to("2030-01-01", tick=True)
    reconcile()
    reconcile()
    assert amounts(paid).refunded_minor == 2000
    assert amounts(paid).refund_pending_minor == 0


def test_a_refused_refund_releases_what_it_reserved(stripe_standin, paid) -> None:
    stripe_standin.rows.of("payment_intent")[paid.payment_id]["status"] = "canceled"
    with pytest.raises(PaymentRefused):
        give_back(paid, 2000, "refused")
    assert amounts(paid).refundable == Money(6290, "EUR")


def test_a_refund_that_fails_at_the_bank_afterwards_does_not_count(stripe_standin, paid) -> None:
    stripe_standin.rows.refunds_fail = True
    give_back(paid, 2000, "bounces")
    stripe_standin.send_all()
    assert (amounts(paid).refunded_minor, state_of(paid)) == (0, "paid")


def test_a_refund_made_in_stripes_dashboard_is_noted_even_before_the_payment(
    stripe_standin, intent
) -> None:
    stripe_standin.press(page_of(intent), "pay")
    payment = next(iter(stripe_standin.rows.of("payment_intent")))
    stripe_standin.rows.create_refund({"payment_intent": payment, "amount": "500"})
    stripe_standin.send_all(reverse=True)
    found = amounts(intent)
    assert (found.refunded_minor, found.refund_pending_minor) == (500, 0)
    assert state_of(intent) == "partly_refunded"


def test_a_crash_after_paying_is_found_by_the_reconciliation(
    stripe_standin, intent, settings
) -> None:
    from tradepost.payments.actions.reconcile import reconcile

    stripe_standin.press(page_of(intent), "pay")
    PaymentIntent.objects.filter(pk=intent.pk).update(created_at="2020-01-01T00:00Z")
    assert reconcile() == 0, "too old to be asked about"
    long_ago = timezone.now() - timedelta(minutes=10)
    PaymentIntent.objects.filter(pk=intent.pk).update(created_at=long_ago)
    assert reconcile() == 1
    assert state_of(intent) == "paid"
    assert reconcile() == 0


def test_the_ledger_is_never_changed(paid) -> None:
    event = PaymentEvent.objects.first()
    with pytest.raises(AppendOnly):
        event.save()
    with pytest.raises(AppendOnly):
        event.delete()


def test_a_shop_without_keys_cannot_take_cards(merchant, in_scope) -> None:
    with pytest.raises(GatewayNotReady):
        start_payment(
            merchant=merchant,
            amount=Money(1, "EUR"),
            reference="x:1",
            method="stripe",
            key="k",
            label="x",
            return_path="/",
        )


def test_a_strangers_address_is_not_found(db) -> None:
    for name in ("payments:pay", "payments:back"):
        assert Client().get(reverse(name, args=["a" * 26])).status_code == 404
    path = reverse("payments:webhook", args=["stripe", "a" * 26])
    assert Client().post(path).status_code == 404
