"""The hash that tells a merchant's own links and forms from changed ones.

The first 32 hex digits of HMAC-SHA256 with the shop's link key over six fields, in this order, one a
line: description, price (or quantity prices), units, tax, article number, currency. Each as the page
sends it, runs of white space made one space, missing ones empty; ``units`` is the word ``noship``
where ``noship=1``, because leaving delivery out changes what is paid. Options a buyer chooses
(``product[]`` after the first) are not part of it.
"""

import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings

from tradepost.checkout.models import CartSettings
from tradepost.merchants.models import Merchant


@dataclass(frozen=True, kw_only=True)
class Signable:
    """The six canonical fields, in their canonical order."""

    description: str
    price: str
    units: str = ""
    tax: str = ""
    scode: str = ""
    currency: str = ""

    def canonical(self) -> bytes:
        fields = (self.description, self.price, self.units, self.tax, self.scode, self.currency)
        return "\n".join(" ".join(field.split()) for field in fields).encode()


def link_key(merchant: Merchant, number: int) -> str:
    """Derived, not stored: a stolen database does not let anybody sign. ``number`` counts rotations."""
    message = f"cart link key:{merchant.pk}:{number}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()


def current_link_key(merchant: Merchant) -> str:
    """Needs the merchant's scope."""
    chosen = CartSettings.objects.filter(merchant=merchant).first()
    return link_key(merchant, chosen.link_key_number if chosen else 1)


def sign_fields(
    key: str,
    *,
    description: str,
    price: str,
    units: str = "",
    tax: str = "",
    scode: str = "",
    currency: str = "",
) -> str:
    """The ``hash`` for a button or link with these fields."""
    signable = Signable(
        description=description, price=price, units=units, tax=tax, scode=scode, currency=currency
    )
    return digest(key, signable)


def digest(key: str, signable: Signable) -> str:
    return hmac.new(key.encode(), signable.canonical(), hashlib.sha256).hexdigest()[:32]


def is_signed(key: str, signable: Signable, given: str) -> bool:
    return hmac.compare_digest(digest(key, signable).encode(), given.strip().lower().encode())
