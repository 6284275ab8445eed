"""Stripe's units of money, which for some currencies are not the ones that people use, and its limits.

We count in the smallest unit in use (CLDR, through Babel): 0 digits for the Serbian dinar. Stripe takes two
for every currency but those listed at https://docs.stripe.com/currencies#zero-decimal and
``#special-cases``. Without this step 1,000 dinars would be charged as 10.
"""

from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tradepost.lib.money import Money, decimals_of
from tradepost.payments.types import AmountRefused

_NO_DIGITS = frozenset(
    {
        *("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"),
        *("PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"),
    }
)
_THREE_DIGITS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
# https://docs.stripe.com/currencies#presentment-currencies
_TAKEN = frozenset(
    [
        "AED",
        "AFN",
        "ALL",
        "AMD",
        "ANG",
        "AOA",
        "ARS",
        "AUD",
        "AWG",
        "AZN",
        "BAM",
        "BBD",
        "BDT",
        "BGN",
        "BHD",
        "BIF",
        "BMD",
        "BND",
        "BOB",
        "BRL",
        "BSD",
        "BWP",
        "BYN",
        "BZD",
        "CAD",
        "CDF",
        "CHF",
        "CLP",
        "CNY",
        "COP",
        "CRC",
        "CVE",
        "CZK",
        "DJF",
        "DKK",
        "DOP",
        "DZD",
        "EGP",
        "ETB",
        "EUR",
        "FJD",
        "FKP",
        "GBP",
        "GEL",
        "GIP",
        "GMD",
        "GNF",
        "GTQ",
        "GYD",
        "HKD",
        "HNL",
        "HTG",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "ISK",
        "JMD",
        "JOD",
        "JPY",
        "KES",
        "KGS",
        "KHR",
        "KMF",
        "KRW",
        "KWD",
        "KYD",
        "KZT",
        "LAK",
        "LBP",
        "LKR",
        "LRD",
        "LSL",
        "MAD",
        "MDL",
        "MGA",
        "MKD",
        "MMK",
        "MNT",
        "MOP",
        "MUR",
        "MVR",
        "MWK",
        "MXN",
        "MYR",
        "MZN",
        "NAD",
        "NGN",
        "NIO",
        "NOK",
        "NPR",
        "NZD",
        "OMR",
        "PAB",
        "PEN",
        "PGK",
        "PHP",
        "PKR",
        "PLN",
        "PYG",
        "QAR",
        "RON",
        "RSD",
        "RUB",
        "RWF",
        "SAR",
        "SBD",
        "SCR",
        "SEK",
        "SGD",
        "SHP",
        "SLE",
        "SOS",
        "SRD",
        "STD",
        "SZL",
        "THB",
        "TJS",
        "TND",
        "TOP",
        "TRY",
        "TTD",
        "TWD",
        "TZS",
        "UAH",
        "UGX",
        "USD",
        "UYU",
        "UZS",
        "VND",
        "VUV",
        "WST",
        "XAF",
        "XCD",
        "XCG",
        "XOF",
        "XPF",
        "YER",
        "ZAR",
        "ZMW",
    ]
)
# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts; others are worked out by Stripe
# from the day's rate of the account's own currency, which nobody knows beforehand.
_LEAST = {
    code: Decimal(least)
    for code, least in (
        *(("AED", "2"), ("AUD", "0.5"), ("BGN", "1"), ("BRL", "0.5"), ("CAD", "0.5")),
        *(("CHF", "0.5"), ("CZK", "15"), ("DKK", "2.5"), ("EUR", "0.5"), ("GBP", "0.3")),
        *(("HKD", "4"), ("HUF", "175"), ("INR", "0.5"), ("JPY", "50"), ("MXN", "10")),
        *(("MYR", "2"), ("NOK", "3"), ("NZD", "0.5"), ("PLN", "2"), ("RON", "2")),
        *(("SEK", "3"), ("SGD", "0.5"), ("THB", "10"), ("USD", "0.5")),
    )
}
_MOST_DIGITS = {"COP": 10, "HUF": 10, "IDR": 12, "INR": 9, "JPY": 10, "LBP": 12}
_USUAL_DIGITS = 8


def why_not(amount: Money) -> str:
    """Why Stripe would not take a payment of this amount, in words for the shopper; empty when it would."""
    language = get_language() or "en"
    if amount.currency not in _TAKEN:
        return _("Amounts in %(currency)s cannot be paid by card here. Please pay another way.") % {
            "currency": amount.currency
        }
    least = _LEAST.get(amount.currency, Decimal(0))
    if amount.decimal < least:
        smallest = Money(int(least.scaleb(decimals_of(amount.currency))), amount.currency)
        return _("Less than %(least)s cannot be paid by card. Please pay another way.") % {
            "least": smallest.format(language)
        }
    try:
        units = to_stripe(amount)
    except AmountRefused as refused:
        return str(refused)
    if len(str(units)) > _MOST_DIGITS.get(amount.currency, _USUAL_DIGITS):
        return _("%(amount)s is more than a card payment may be. Please pay another way.") % {
            "amount": amount.format(language)
        }
    return ""


def to_stripe(amount: Money) -> int:
    """Raises: AmountRefused, for what Stripe cannot take: fractions below a tenth in KWD and its like."""
    exact = amount.decimal.scaleb(_digits(amount.currency))
    step = 10 if amount.currency in _THREE_DIGITS else 1
    if exact % step:
        raise AmountRefused(
            _("%(amount)s cannot be paid by card: it is finer than cards take. Pay another way.")
            % {"amount": amount}
        )
    return int(exact)


def from_stripe(units: int, currency: str) -> int:
    """Our minor units; ``currency`` in either case."""
    code = currency.upper()
    return int(Decimal(units).scaleb(decimals_of(code) - _digits(code)))


def _digits(code: str) -> int:
    if code in _NO_DIGITS:
        return 0
    return 3 if code in _THREE_DIGITS else 2
