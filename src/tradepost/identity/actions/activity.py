"""Writing the activity log, and letting it go."""

from datetime import datetime, timedelta

from django.http import HttpRequest

from tradepost.identity.models import Activity, ActivityKind, KnownNetwork, User
from tradepost.identity.network import browser_of, network_of
from tradepost.lib import clock

KEEP_FOR = timedelta(days=90)


def log(
    *,
    request: HttpRequest,
    kind: ActivityKind,
    user: User | None,
    page: str = "",
    merchant_id: int | None = None,
) -> Activity:
    """Add a row: who, when, what, from which truncated network and family of browser."""
    return Activity.objects.create(
        user=user,
        at=clock.now(),
        kind=kind,
        page=page[:80],
        merchant_id=merchant_id,
        network=network_of(request),
        browser=browser_of(request),
    )


def due(now: datetime) -> int:
    old = now - KEEP_FOR
    return (
        Activity.objects.filter(at__lt=old).count()
        + KnownNetwork.objects.filter(last_at__lt=old).count()
    )


def purge(now: datetime) -> int:
    """Delete what is older than the period, in slices that keep no lock for long."""
    old, gone = now - KEEP_FOR, 0
    while True:
        slice_ = list(Activity.objects.filter(at__lt=old).values_list("pk", flat=True)[:5000])
        if not slice_:
            break
        gone += Activity.objects.filter(pk__in=slice_).delete()[0]
    return gone + KnownNetwork.objects.filter(last_at__lt=old).delete()[0]
