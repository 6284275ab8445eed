import pytest
from django_scopes import scope

from tradepost.datamap.events import Subscription
from tradepost.modules import subscriptions
from tradepost.payments.models import GatewayAccount

IBAN = "DE89370400440532013000"


@pytest.fixture
def bank(merchant):
    """``merchant`` offers bank transfer and payment on delivery."""
    with scope(merchant=merchant):
        GatewayAccount.objects.create(merchant=merchant, gateway="on_delivery")
        return GatewayAccount.objects.create(
            merchant=merchant,
            gateway="bank_transfer",
            settings={"holder": "Ember Leather", "iban": IBAN, "days": 14},
        )


@pytest.fixture
def order(bank, in_scope):
    """Ines's order of two card wallets, 62.90 €, by bank transfer, not paid."""
    from tradepost.orders.actions.pay import request_payment
    from tradepost.orders.tests.drafts import place

    made = place(in_scope)
    request_payment(order=made)
    return made


@pytest.fixture
def hear(monkeypatch):
    """``hear(OrderPaid)``: a list that fills with what a room above is told, and for whose shop."""

    def listen(event):
        heard = []
        listener = Subscription(
            name="test.hear",
            to=event,
            call=lambda occurred: heard.append((occurred.payload, occurred.merchant_id)),
            in_transaction=True,
        )
        monkeypatch.setitem(subscriptions.subscriptions, listener.name, listener)
        return heard

    return listen
