"""The stand-in for Stripe as a fixture, and a merchant that uses it. Shared by upper rooms' tests."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from tradepost.lib.money import Money
from tradepost.merchants.models import Merchant
from tradepost.payments.actions.start import start_payment
from tradepost.payments.gateways.sealed import seal_secrets
from tradepost.payments.models import GatewayAccount, PaymentIntent
from tradepost.payments.standin.post import signature
from tradepost.payments.standin.server import Standin, add_endpoint, serve

SECRET = "whsec_for_tests_only"
KEY = "sk_test_standin_ember"


def asked_by_card(merchant: Merchant) -> PaymentIntent:
    """62.90 of a made-up thing, to be paid with Stripe. Needs the shop's scope."""
    return start_payment(
        merchant=merchant,
        amount=Money(6290, "EUR"),
        reference="test.thing:1",
        method="stripe",
        key="thing-1",
        label="Order 1001",
        return_path="/order/abc/",
        payer_email="ines@customer.example",
    )


class Stripe:
    """A running stand-in, a shop that uses it, and what a shopper or Stripe may do."""

    def __init__(self, standin: Standin) -> None:
        self.standin = standin
        self.account: GatewayAccount | None = None
        self.browser = httpx.Client(timeout=10)

    @property
    def rows(self) -> Any:
        return self.standin.account(KEY)

    def press(self, page: str, choice: str) -> httpx.Response:
        """Press a button of the hosted page."""
        return self.browser.post(page, data={"do": choice})

    def events(self) -> list[dict[str, Any]]:
        return list(self.rows.of("event").values())

    def send(self, event: dict[str, Any], *, secret: str = SECRET, age: int = 0) -> int:
        """Deliver one signed event to the product; the answer's status."""
        body = json.dumps(event).encode()
        path = reverse("payments:webhook", args=["stripe", self.account.public_id])
        return (
            Client()
            .post(
                path,
                body,
                content_type="application/json",
                headers={"Stripe-Signature": signature(body, secret, int(time.time()) - age)},
            )
            .status_code
        )

    def send_all(self, *, reverse: bool = False, times: int = 1) -> list[int]:
        """Deliver everything that happened so far, in order or the other way round, once or more."""
        events = self.events()[::-1] if reverse else self.events()
        return [self.send(event) for event in events for _ in range(times)]


@pytest.fixture
def stripe_server(settings: Any) -> Iterator[Stripe]:
    """Only the stand-in; no shop uses it yet."""
    server, standin = serve(0)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    settings.TRADEPOST = replace(settings.TRADEPOST, stripe_api_base=standin.base)
    yield Stripe(standin)
    server.shutdown()
    server.server_close()


@pytest.fixture
def stripe_standin(stripe_server: Stripe, merchant: Any) -> Stripe:
    """``merchant`` takes payments through the stand-in; its webhooks wait to be sent by the test."""
    with scope(merchant=merchant):
        account = GatewayAccount(merchant=merchant, gateway="stripe", enabled=True)
        seal_secrets(account, {"secret_key": KEY, "webhook_secret": SECRET})
        account.settings = {"proven_at": timezone.now().isoformat()}
        account.save()
    stripe_server.account = account
    stripe_server.standin.post.hold = True
    add_endpoint(stripe_server.standin.account(KEY), "http://127.0.0.1:1/unused", SECRET)
    return stripe_server
