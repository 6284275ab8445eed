"""Not too fast: token buckets of merchants and destinations, and doors that are closed for a while.

All of it lives in the database, so that every sender process keeps to it. A destination without a row
has neither limit nor trouble.
"""

from datetime import datetime, timedelta

from django.db.models import F

from tradepost.delivery.models import Destination
from tradepost.lib import clock

RELAY = "relay"
_FIRST_CLOSURE = timedelta(seconds=3)
_LONGEST_CLOSURE = timedelta(hours=1)


def merchant_name(merchant_id: int | None) -> str:
    return f"merchant:{merchant_id}"


def domain_name(address: str) -> str:
    return f"domain:{address.rpartition('@')[2]}"


def set_limit(name: str, per_minute: int | None) -> None:
    """Allow so many messages a minute, a minute's worth at once; None lifts the limit."""
    Destination.objects.update_or_create(
        name=name,
        defaults={
            "per_minute": per_minute,
            "tokens": per_minute or 0,
            "refilled_at": clock.now(),
        },
    )


def take_tokens(name: str, wanted: int) -> int:
    """Take up to ``wanted`` tokens out of a bucket; all of them when it has no limit.

    Inside the caller's transaction: a claim that is rolled back takes nothing.
    """
    bucket = (
        Destination.objects.select_for_update().filter(name=name, per_minute__isnull=False).first()
    )
    if bucket is None or bucket.per_minute is None:
        return wanted
    now = clock.now()
    # Not before: the clock may have been set back since, and a bucket is never emptied by that.
    minutes = max((now - bucket.refilled_at).total_seconds() / 60, 0)
    tokens = min(bucket.tokens + minutes * bucket.per_minute, bucket.per_minute)
    taken = min(wanted, int(tokens))
    Destination.objects.filter(pk=bucket.pk).update(tokens=tokens - taken, refilled_at=now)
    return taken


def closed(now: datetime) -> dict[str, datetime]:
    """Name → until when, of every destination that must be left alone now. One query.

    A closure that is longer than the longest was written before the clock was set back: it is over.
    """
    rows = Destination.objects.filter(
        closed_until__gt=now, closed_until__lte=now + _LONGEST_CLOSURE
    ).values_list("name", "closed_until")
    return {name: until for name, until in rows if until}


def limited_domains() -> set[str]:
    """Names of the domains that have a token bucket. One query."""
    rows = Destination.objects.filter(name__startswith="domain:", per_minute__isnull=False)
    return set(rows.values_list("name", flat=True))


def close(name: str) -> None:
    """The destination refused for now: leave it alone, twice as long each time, an hour at most."""
    now = clock.now()
    row, _ = Destination.objects.get_or_create(name=name)
    if row.closed_until and now < row.closed_until <= now + _LONGEST_CLOSURE:
        return
    wait = min(_FIRST_CLOSURE * 2 ** min(row.refusals, 11), _LONGEST_CLOSURE)
    Destination.objects.filter(pk=row.pk).update(
        closed_until=now + wait,
        refusals=F("refusals") + 1,
    )


def reopen(names: set[str]) -> None:
    """Mail was taken again: forget the trouble. Costs nothing while there is none."""
    Destination.objects.filter(refusals__gt=0, name__in=names).update(refusals=0, closed_until=None)
