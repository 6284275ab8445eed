"""Files of this machine that name somebody who was erased meanwhile, alone or with a whole shop."""

from collections.abc import Iterator
from datetime import datetime
from itertools import batched

from django.db.models import Max

from tradepost.datamap.registry import stores
from tradepost.datamap.subjects import SubjectRef, email_hasher, email_key
from tradepost.datamap.vocabulary import LocatedBy, Store, Subject
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.rights.actions.empty_log import empty_log
from tradepost.rights.graph import PersonalModel, places
from tradepost.rights.models import ErasureRecord

_ROWS = 2000
_looked: dict[str, datetime] = {}  # by process: all files at its start, then after each erasure


def erase_here() -> int:
    """Ask of every address in such files whether the ledger has it since; returns how much went.

    The ledger holds keyed hashes, so the question can be asked from the files to it and not back.
    """
    newest = ErasureRecord.objects.aggregate(at=Max("erased_at"))["at"]
    if newest is None or newest == _looked.get("newest"):
        return 0
    empty_log()
    gone = sum(_erase_from(store) for store in stores.values() if store.addresses is not None)
    _looked["newest"] = newest
    return gone


def _erase_from(store: Store) -> int:
    assert store.addresses is not None
    gone = 0
    for address, since in list(store.addresses()):
        erased = ErasureRecord.objects.filter(
            subject=store.subject, subject_key=email_key(address), erased_at__gt=since
        )
        for record in erased:
            gone += store.erase(SubjectRef(Subject(record.subject), address, record.tenant))
    return gone


def forget_people_of(merchant: Merchant) -> None:
    """Before a shop's rows go: everybody it knows is written into the ledger as erased, by keyed hash, so that each
    machine finds them in its caught mails and damaged files. Those of this machine go at once. Twice is once.
    """
    now, of = clock.now(), email_hasher()
    for place in places():
        for some in batched(_addresses_of(place, merchant), _ROWS, strict=False):
            ErasureRecord.objects.bulk_create(
                (
                    ErasureRecord(
                        subject=Subject.CUSTOMER, tenant=merchant.pk, subject_key=key, erased_at=now
                    )
                    for key in {of(address) for address in some}
                ),
                update_conflicts=True,
                unique_fields=["subject", "tenant", "subject_key"],
                update_fields=["erased_at"],
            )
    erase_here()


def _addresses_of(place: PersonalModel, merchant: Merchant) -> Iterator[str]:
    by_address = place.declaration.located_by is LocatedBy.EMAIL
    if not (by_address and place.tenant and place.declaration.subject is Subject.CUSTOMER):
        return
    path = place.declaration.locate
    rows = place.model._base_manager.filter(**{place.tenant: merchant.pk}).order_by()
    yield from (
        rows.exclude(**{path: ""})
        .values_list(path, flat=True)
        .distinct()
        .iterator(chunk_size=_ROWS)
    )
