"""How a person's consents are shown and withdrawn in the portal.

Consents are the audience room's; it adds a book that can list and withdraw them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tradepost.datamap.extensions import NamedExtensionPoint
from tradepost.datamap.subjects import SubjectRef


@dataclass(frozen=True, kw_only=True)
class GivenConsent:
    """``id`` is the book's own; ``words`` what the person agreed to."""

    id: str
    words: str
    given_at: datetime


class ConsentBook(Protocol):
    """What a room that holds consents offers."""

    def given_by(self, ref: SubjectRef) -> Iterable[GivenConsent]: ...

    def withdraw(self, ref: SubjectRef, id: str) -> bool:
        """Take it back; False when there was nothing to take back."""
        ...


books: NamedExtensionPoint[ConsentBook] = NamedExtensionPoint("consents in the portal")


def consents_of(ref: SubjectRef) -> list[GivenConsent]:
    """All consents in force; each id starts with the name of its book."""
    return [
        GivenConsent(id=f"{name}:{item.id}", words=item.words, given_at=item.given_at)
        for name, book in books.items()
        for item in book.given_by(ref)
    ]


def withdraw_consent(ref: SubjectRef, id: str) -> bool:
    name, _, own = id.partition(":")
    return name in books and books[name].withdraw(ref, own)
