"""A person, as requests for access and erasure name them."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from tradepost.datamap.vocabulary import Subject
from tradepost.lib.addresses import address_hasher


@dataclass(frozen=True, slots=True)
class SubjectRef:
    """``email`` is normalised. ``merchant_id`` is set for customers: every merchant is asked apart."""

    subject: Subject
    email: str
    merchant_id: int | None = None

    @property
    def key(self) -> str:
        return email_key(self.email)


def email_key(email: str) -> str:
    """The keyed hash under which this installation remembers an address it no longer holds."""
    return email_hasher()(email)


def email_hasher() -> Callable[[str], str]:
    """:func:`email_key`, for who asks for a million."""
    return _hasher(settings.SECRET_KEY)


@cache
def _hasher(installation: str) -> Callable[[str], str]:
    return address_hasher(hashlib.sha256(f"email-key:{installation}".encode()).digest())
