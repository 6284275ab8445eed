"""Writing down that data went to an outside party."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.datamap.subjects import email_key
from tradepost.datamap.vocabulary import Kind, Purpose
from tradepost.merchants.models import Merchant
from tradepost.rights.models import Disclosure

BY_LAW = "authority"


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


def disclose_by_law(
    *,
    merchant: Merchant | None,
    email: str,
    authority: str,
    basis: str,
    kinds: Sequence[Kind],
    by: Actor,
) -> Disclosure:
    """Write into the ledger that an authority demanded a person's data and got it.

    ``basis`` names the law and the file. The address is kept as a keyed hash, so that the person reads
    of it in the portal; neither the data nor the address is written.
    """
    with transaction.atomic():
        transfer = Transfer(
            processor=BY_LAW,
            kinds=tuple(kinds),
            purpose=Purpose.LEGAL,
            merchant_id=merchant.pk if merchant else None,
            subject_key=email_key(email),
            reference=basis,
        )
        row = disclose(transfer, host=authority)
        record(
            actor=by,
            action="rights.disclose_by_law",
            target=row,
            merchant_id=transfer.merchant_id,
            detail={"kinds": [kind.value for kind in kinds]},
        )
    return row
