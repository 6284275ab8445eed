"""Setting Stripe up, as a merchant meets it: the address first, two steps, and a test that proves both."""

import time
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from tradepost.payments.gateways.sealed import unseal_secrets
from tradepost.payments.gateways.stripe.connection import connection
from tradepost.payments.models import GatewayAccount
from tradepost.payments.queries import payment_methods
from tradepost.payments.standin import server
from tradepost.payments.standin.server import add_endpoint
from tradepost.payments.tests.fixtures import KEY
from tradepost.payments.types import ConnectionState

SIGNING = "whsec_c0ffee00c0ffee00c0ffee00c0ffee00"


@pytest.fixture
def setup(office, merchant, stripe_server):
    return Setup(office, merchant, stripe_server)


class Setup:
    """A merchant at the page of Stripe, and Stripe."""

    def __init__(self, office, merchant, stripe) -> None:
        self.office, self.merchant, self.stripe = office, merchant, stripe
        stripe.standin.post.hold = True

    def page(self) -> str:
        return self.office.get(self.url("gateway")).text

    def url(self, name: str) -> str:
        return reverse(f"payments_office:{name}", args=[self.merchant.handle, "stripe"])

    def save(self, **fields: str):
        return self.office.post(self.url("gateway"), {"enabled": "on", **fields}, follow=True)

    def test(self) -> str:
        """Press the button, and let Stripe's message come."""
        page = self.office.post(self.url("test"), follow=True).text
        self.stripe.account = self.account
        return page

    def deliver(self, secret: str = SIGNING) -> set[int]:
        return {self.stripe.send(event, secret=secret) for event in self.stripe.events()}

    @property
    def account(self) -> GatewayAccount:
        with scope(merchant=self.merchant):
            return GatewayAccount.objects.get(gateway="stripe")

    @property
    def offered(self) -> bool:
        with scope(merchant=self.merchant):
            return "stripe" in dict(payment_methods(self.merchant))

    @property
    def state(self) -> ConnectionState:
        return connection(self.account).state


def test_the_webhooks_address_is_there_before_anything_is_saved_and_stays(setup) -> None:
    first = setup.page()
    address = f"/payments/stripe/{setup.account.public_id}/webhook/"
    assert address in first
    setup.save(secret_key=KEY)
    assert address in setup.page()
    assert GatewayAccount._base_manager.filter(gateway="stripe").count() == 1


def test_the_key_is_kept_before_the_signing_secret_and_nothing_is_offered(setup) -> None:
    assert "Next: the webhook" in setup.save(secret_key=KEY).text
    assert setup.state == ConnectionState.NO_WEBHOOK
    setup.save(webhook_secret=SIGNING)
    assert unseal_secrets(setup.account) == {"secret_key": KEY, "webhook_secret": SIGNING}
    assert setup.state == ConnectionState.UNTESTED
    assert not setup.offered


def test_a_signed_message_that_really_comes_proves_it(setup) -> None:
    setup.save(secret_key=KEY, webhook_secret=SIGNING)
    page = setup.test()
    assert "looks again by itself" in page
    assert not setup.offered, "Stripe's word on the key alone proves half of it"
    assert setup.deliver() == {200}
    assert setup.state == ConnectionState.PROVEN
    assert setup.offered
    assert "a signed message came back" in setup.page()
    sessions = setup.stripe.rows.of("session").values()
    assert [session["status"] for session in sessions] == ["expired"], "nobody can pay on it"


def test_a_message_signed_with_another_secret_proves_nothing_and_is_said(setup) -> None:
    setup.save(secret_key=KEY, webhook_secret=SIGNING)
    setup.test()
    assert setup.deliver(secret="whsec_of_another_endpoint_entirely") == {400}
    assert setup.state == ConnectionState.MIS_SIGNED
    assert "not signed with the secret that is stored here" in setup.page()
    assert not setup.offered


def test_no_message_is_said_after_a_while(setup, time_machine) -> None:
    setup.save(secret_key=KEY, webhook_secret=SIGNING)
    setup.test()
    time_machine.move_to(timezone.now() + timedelta(minutes=3))
    assert setup.state == ConnectionState.SILENT
    assert "no message has come" in setup.page()


def test_a_key_that_stripe_refuses_is_said_in_words(setup, monkeypatch) -> None:
    setup.save(secret_key=KEY, webhook_secret=SIGNING)
    monkeypatch.setattr(server, "KEY", "sk_test_of_somebody_else")
    assert "does not accept the shop" in setup.test()
    assert setup.state == ConnectionState.UNTESTED
    assert not setup.offered


def test_a_stripe_that_is_away_is_said_in_words(setup) -> None:
    setup.save(secret_key=KEY, webhook_secret=SIGNING)
    setup.stripe.standin.outage = 99
    assert "Stripe has trouble" in setup.test()
    assert setup.state == ConnectionState.UNTESTED


@pytest.mark.parametrize("name", ["secret_key", "webhook_secret"])
def test_another_secret_has_to_be_proven_anew(setup, name) -> None:
    setup.save(secret_key=KEY, webhook_secret=SIGNING)
    setup.test()
    waiting = setup.stripe.events()
    setup.save(**{name: {"secret_key": KEY + "_2", "webhook_secret": SIGNING + "2"}[name]})
    assert not setup.offered
    for event in waiting:
        setup.stripe.send(event, secret=SIGNING + ("2" if name == "webhook_secret" else ""))
    assert not setup.offered, "a test of other secrets proves nothing for these"


def test_saving_without_a_new_secret_keeps_the_proof(setup) -> None:
    setup.save(secret_key=KEY, webhook_secret=SIGNING)
    setup.test()
    setup.deliver()
    setup.save()
    assert setup.offered


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("secret_key", "hunter2", "begins with sk_live_"),
        ("secret_key", "pk_live_51abcdefabcdefabcdef", "publishable key"),
        ("secret_key", "sk_live_...", "not the whole key"),
        ("secret_key", "sk_test_51abc def", "not the whole key"),
        ("secret_key", SIGNING, "signing secret"),
        ("webhook_secret", "nonsense", "begins with whsec_"),
        ("webhook_secret", "whsec_dummy", "not the whole signing secret"),
        ("webhook_secret", "we_1Nabcdefabcdef", "number of the webhook"),
    ],
)
def test_nonsense_is_refused_in_clear_words_and_never_shown(setup, field, typed, words) -> None:
    answer = setup.save(**({"secret_key": KEY} | {field: typed}))
    assert answer.status_code == 422
    assert words in answer.text
    assert typed not in answer.text
    assert not setup.offered


def test_a_refused_field_does_not_throw_away_the_other_secret(setup) -> None:
    refused = setup.save(secret_key=KEY, webhook_secret="whsec_dummy")
    assert "What you typed is kept, sealed" in refused.text
    assert KEY not in refused.text
    setup.save(webhook_secret=SIGNING)
    assert unseal_secrets(setup.account) == {"secret_key": KEY, "webhook_secret": SIGNING}


def test_a_draft_does_not_replace_what_is_in_use(setup) -> None:
    setup.save(secret_key=KEY, webhook_secret=SIGNING)
    setup.test()
    setup.deliver()
    setup.save(secret_key=KEY + "_new", webhook_secret="whsec_dummy")
    assert unseal_secrets(setup.account)["secret_key"] == KEY
    assert setup.offered


def test_labels_say_truly_what_is_needed(setup) -> None:
    page = setup.page()
    key = page[page.index('for="id_secret_key"') :][:200]
    assert "(optional)" not in key.partition("</label>")[0]
    setup.save(secret_key=KEY)
    page = setup.page()
    secret = page[page.index('for="id_webhook_secret"') :][:200]
    assert "(optional)" not in secret.partition("</label>")[0]


def test_a_lost_server_key_asks_for_the_secrets_again(setup, settings) -> None:
    setup.save(secret_key=KEY, webhook_secret=SIGNING)
    account = setup.account
    settings.SECRET_KEY = "another"
    assert connection(account).state == ConnectionState.NO_KEY


@pytest.mark.django_db(transaction=True)
def test_a_real_round_over_the_wire_proves_it(office, merchant, stripe_server, live_server) -> None:
    """The stand-in posts its own signed message to our running server, as Stripe would."""
    setup = Setup(office, merchant, stripe_server)
    stripe_server.standin.post.hold = False
    setup.page()
    path = reverse("payments:webhook", args=["stripe", setup.account.public_id])
    endpoint = add_endpoint(stripe_server.standin.account(KEY), live_server.url + path)
    setup.save(secret_key=KEY, webhook_secret=endpoint["secret"])
    setup.test()
    for _turn in range(100):
        if setup.offered:
            break
        time.sleep(0.1)
    assert setup.offered
