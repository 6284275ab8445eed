"""Files that jobs made, and whose they are."""

from collections.abc import Callable, Iterable

from django_scopes import scopes_disabled

from tradepost.jobs import storage
from tradepost.jobs.models import Job
from tradepost.jobs.runner import begin_anew
from tradepost.jobs.storage.types import StoredFile


def erase_files(
    kept: Iterable[StoredFile], *, kind: str, merchant_id: int | None, name_of: Callable[[Job], str]
) -> int:
    """Of the files that are kept, delete this merchant's; jobs that make one begin anew.

    One whose job is forgotten is nobody's any more, and goes as well.
    """
    begin_anew(kind=kind, merchant_id=merchant_id)
    with scopes_disabled():
        others = Job.objects.filter(kind=kind).exclude(merchant=merchant_id)
        spared = set(map(name_of, others))
    gone = [file.name for file in kept if file.name not in spared]
    for name in gone:
        storage.files().delete(name)
    return len(gone)
