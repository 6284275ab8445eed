from django.db.models import QuerySet

from tradepost.audit.models import Entry


def first_broken_entry(start_after: int = 0) -> Entry | None:
    """Walk the chain and return the first entry that was altered, or whose predecessor is missing."""
    previous: str | None = None
    for entry in Entry.objects.filter(pk__gt=start_after).order_by("pk").iterator(chunk_size=2000):
        altered = entry.seal != entry.seal_of_contents()
        torn = previous is not None and entry.previous != previous
        if altered or torn:
            return entry
        previous = entry.seal
    return None


def entries_of_merchant(merchant_id: int) -> QuerySet[Entry]:
    return Entry.objects.filter(merchant_id=merchant_id)
