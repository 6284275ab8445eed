"""What Stripe cannot take is not offered, and refused before an order stands, in every currency."""

import pytest
from babel.numbers import list_currencies

from tradepost.lib.money import Money, decimals_of
from tradepost.payments.actions.start import start_payment
from tradepost.payments.gateways.stripe.amounts import from_stripe, to_stripe, why_not
from tradepost.payments.models import GatewayAccount, PaymentIntent
from tradepost.payments.queries import payment_methods, reasons_against
from tradepost.payments.types import AmountRefused


@pytest.mark.parametrize(
    ("minor", "currency", "taken"),
    [
        (12340, "KWD", True),
        (12345, "KWD", False),
        (10, "BHD", True),
        (11, "TND", False),
        (50, "EUR", True),
        (49, "EUR", False),
        (50, "JPY", True),
        (49, "JPY", False),
        (29, "GBP", False),
        (17499, "HUF", False),
        (17500, "HUF", True),
        (99_999_999, "EUR", True),
        (100_000_000, "EUR", False),
        (100_000_000, "JPY", True),
        (1_000_000, "RSD", False),
        (1000, "LYD", False),
        (1000, "IRR", False),
        (5000, "ISK", True),
    ],
)
def test_each_amount_is_taken_or_refused_in_words(minor, currency, taken) -> None:
    words = why_not(Money(minor, currency))
    assert (words == "") is taken
    assert taken or "another way" in words


def test_whatever_is_taken_comes_back_as_the_same_amount() -> None:
    """All currencies of 0, 2 and 3 digits: nothing is charged a hundredfold or a thousandth."""
    seen = set()
    for code in sorted(list_currencies()):
        for minor in (1, 7, 10, 99, 12345, 99990):
            amount = Money(minor, code)
            if why_not(amount):
                continue
            seen.add(decimals_of(code))
            assert from_stripe(to_stripe(amount), code) == minor
    assert seen >= {0, 2, 3}


@pytest.fixture
def ways(merchant, stripe_standin, in_scope):
    GatewayAccount.objects.create(merchant=merchant, gateway="on_delivery")
    return lambda minor, currency: [
        name for name, _label in payment_methods(merchant, Money(minor, currency))
    ]


def test_the_checkout_offers_only_what_takes_the_total(ways, merchant) -> None:
    assert ways(12345, "KWD") == ["on_delivery"]
    assert ways(12340, "KWD") == ["on_delivery", "stripe"]
    assert "finer than cards take" in reasons_against(merchant, Money(12345, "KWD"))[0]


def test_an_amount_that_is_not_taken_starts_no_payment(ways, merchant) -> None:
    with pytest.raises(AmountRefused):
        start_payment(
            merchant=merchant, amount=Money(12345, "KWD"), reference="x:1", method="stripe",
            key="k", label="x", return_path="/",
        )  # fmt: skip
    assert not PaymentIntent.objects.exists()
