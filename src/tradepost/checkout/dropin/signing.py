"""The hash that tells a merchant's own links and forms from changed ones.

The first 32 hex digits of HMAC-SHA256 with the shop's link key over a text that names what it is, and
each field with its value, so that no value can be sent again under another name: see ``canonical``.
Options a buyer chooses (``product[]`` after the first) are not part of it.

Hashes of the old hosted cart are MD5 over four texts run together. They are taken for plain prices
only, where the merchant has stored the old secret, and only where the text can be cut in one way.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from tradepost.checkout.models import CartSettings
from tradepost.merchants.models import Merchant

CANONICAL = "tradepost cart link, version 2"
_OLD_PRICE = re.compile(r"[0-9]{1,9}(\.[0-9]{2})?")


class PriceField(StrEnum):
    """Which field said the price: a hash for one is none for the other."""

    PRICE = "price"
    BANDS = "discountpr"


@dataclass(frozen=True, kw_only=True)
class Signable:
    """The fields that a hash covers. A price packed into ``productpr`` is a plain price."""

    description: str
    price: str
    price_field: PriceField = PriceField.PRICE
    units: str = ""
    no_shipping: bool = False
    tax: str = ""
    scode: str = ""
    currency: str = ""

    def canonical(self) -> bytes:
        """``name=value``, one a line; runs of white space made one space, missing ones empty."""
        fields = {
            "product": self.description,
            self.price_field.value: self.price,
            "units": self.units,
            "noship": "1" if self.no_shipping else "",
            "tax": self.tax,
            "scode": self.scode,
            "currency": self.currency,
        }
        lines = [f"{name}={' '.join(value.split())}" for name, value in fields.items()]
        return "\n".join([CANONICAL, *lines]).encode()


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
    price: str = "",
    bands: str = "",
    units: str = "",
    no_shipping: bool = False,
    tax: str = "",
    scode: str = "",
    currency: str = "",
) -> str:
    """The ``hash`` for a button or link with these fields; ``bands`` for ``discountpr``."""
    signable = Signable(
        description=description,
        price=bands or price,
        price_field=PriceField.BANDS if bands else PriceField.PRICE,
        units=units,
        no_shipping=no_shipping,
        tax=tax,
        scode=scode,
        currency=currency,
    )
    return digest(key, signable)


def digest(key: str, signable: Signable) -> str:
    return hmac.new(key.encode(), signable.canonical(), hashlib.sha256).hexdigest()[:32]


def is_signed(key: str, signable: Signable, given: str) -> bool:
    return _same(digest(key, signable), given)


def is_signed_as_before(secret: str, signable: Signable, given: str) -> bool:
    """``md5(secret + first 10 characters of product, slashes added + price + units)``.

    The four texts run together, so a digit may be moved from one to its neighbour: ``Hat`` at 19.90
    reads as ``Hat1`` at 9.90, ``100`` with 0 units as ``10`` with 00. Whatever could be such a cut is
    refused, whoever made it.
    """
    if not secret or signable.price_field != PriceField.PRICE or not _cuts_one_way(signable):
        return False
    return any(_same(digest, given) for digest in _old_digests(secret, signable))


def _cuts_one_way(signable: Signable) -> bool:
    found = _OLD_PRICE.fullmatch(signable.price)
    if found is None or signable.description[:10][-1:] in "0123456789.":
        return False
    return bool(found[1]) or not signable.units


def _old_digests(secret: str, signable: Signable) -> Iterator[str]:
    """Slashes before or after the cut, in the two encodings that old pages have."""
    words = signable.description
    for head in (_slashed(words[:10]), _slashed(words)[:10]):
        text = f"{secret}{head}{signable.price}{signable.units}"
        for encoding in ("utf-8", "windows-1252"):
            raw = text.encode(encoding, "replace")
            yield hashlib.md5(raw, usedforsecurity=False).hexdigest()


def _slashed(text: str) -> str:
    return re.sub(r"(['\"\\])", r"\\\1", text)


def _same(right: str, given: str) -> bool:
    return hmac.compare_digest(right.encode(), given.strip().lower().encode())
