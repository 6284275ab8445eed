"""Files of this machine that name somebody whom another machine erased meanwhile."""

from datetime import datetime

from django.db.models import Max

from tradepost.datamap.registry import stores
from tradepost.datamap.subjects import SubjectRef, email_key
from tradepost.datamap.vocabulary import Store, Subject
from tradepost.rights.actions.empty_log import empty_log
from tradepost.rights.models import ErasureRecord

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
