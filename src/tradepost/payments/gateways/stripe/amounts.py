"""Stripe's units of money, which for some currencies are not the ones that people use.

We count in the smallest unit in use (CLDR, through Babel): 0 digits for the Serbian dinar. Stripe takes two
for every currency but those listed at https://docs.stripe.com/currencies#zero-decimal and
``#special-cases``. Without this step 1,000 dinars would be charged as 10.
"""

from decimal import Decimal

from django.utils.translation import gettext as _

from tradepost.lib.money import Money, decimals_of
from tradepost.payments.types import PaymentRefused

_NO_DIGITS = frozenset(
    {
        *("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"),
        *("PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"),
    }
)
_THREE_DIGITS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def to_stripe(amount: Money) -> int:
    """Raises: PaymentRefused, for what Stripe cannot take: fractions below a tenth in KWD and its like."""
    exact = amount.decimal.scaleb(_digits(amount.currency))
    step = 10 if amount.currency in _THREE_DIGITS else 1
    if exact % step:
        raise PaymentRefused(
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
