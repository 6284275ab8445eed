"""Writing down that data went to an outside party."""

from dataclasses import dataclass

from django_scopes import scopes_disabled

from tradepost.datamap.vocabulary import Kind, Purpose
from tradepost.privacy.models import Disclosure


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """Who gets what kinds of data for what; ``subject_key`` is the person's keyed hash, if it is one."""

    processor: str
    kinds: tuple[Kind, ...]
    purpose: Purpose
    merchant_id: int | None = None
    subject_key: str = ""
    reference: str = ""


def disclose(transfer: Transfer, *, host: str) -> Disclosure:
    """Record one transfer; the data itself is not written."""
    with scopes_disabled():
        return Disclosure.objects.create(
            processor=transfer.processor,
            host=host[:255],
            kinds=[kind.value for kind in transfer.kinds],
            purpose=transfer.purpose.value,
            merchant_id=transfer.merchant_id,
            subject_key=transfer.subject_key,
            reference=transfer.reference[:120],
        )
