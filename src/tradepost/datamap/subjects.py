"""A person, as requests for access and erasure name them."""

from dataclasses import dataclass

from tradepost.datamap.vocabulary import Subject


@dataclass(frozen=True, slots=True)
class SubjectRef:
    """``email`` is normalised. ``merchant_id`` is set for customers: every merchant is asked apart."""

    subject: Subject
    email: str
    merchant_id: int | None = None
