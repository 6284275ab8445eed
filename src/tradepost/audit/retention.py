"""How long the record stays. It is cut at its beginning only, so that what is left is one chain."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from tradepost.audit.models import Entry

KEEP_FOR = timedelta(days=3 * 365)
BATCH = 2000


def _old(now: datetime) -> QuerySet[Entry]:
    return Entry.objects.filter(at__lt=now - KEEP_FOR)


def due(now: datetime) -> int:
    return _old(now).count()


def purge(now: datetime) -> int:
    """Up to the first entry that is young enough, whatever its neighbours' clocks said."""
    first = Entry.objects.filter(at__gte=now - KEEP_FOR).order_by("pk").values_list("pk", flat=True)
    end, gone = first.first(), 0
    rows = Entry.objects.order_by("pk") if end is None else Entry.objects.filter(pk__lt=end)
    while numbers := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        Entry.objects.filter(pk__in=numbers).delete()
        gone += len(numbers)
    return gone
