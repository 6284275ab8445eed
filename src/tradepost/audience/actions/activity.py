"""That somebody was heard of: a purchase, an open, a click. Keeps them from being purged as silent."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import batched

from django.db import transaction
from django.db.models import Q

from tradepost.audience.models import Contact
from tradepost.merchants.models import Merchant

_ROWS = 2000


def note_activity(
    *,
    merchant: Merchant,
    at: datetime,
    emails: Iterable[str] = (),
    contact_ids: Iterable[int] = (),
    slack: timedelta = timedelta(),
) -> int:
    """Move ``last_active_at`` of these contacts up to ``at``, never back; returns how many moved.

    Whoever was heard of less than ``slack`` before is left as they are, which spares most writes.
    ``emails`` are normalised addresses; one that is no contact's is passed over. Not recorded in the
    activity log: nobody acted on the contact. Works with and without a scope.
    """
    moved = 0
    for some in batched(emails, _ROWS, strict=False):
        moved += _move(Q(email__in=some), merchant, at, slack)
    for numbers in batched(contact_ids, _ROWS, strict=False):
        moved += _move(Q(pk__in=numbers), merchant, at, slack)
    return moved


def _move(whom: Q, merchant: Merchant, at: datetime, slack: timedelta) -> int:
    """Locked in the order of their numbers: two that move the same people cannot deadlock."""
    with transaction.atomic(savepoint=False):
        silent = Contact.objects.filter(whom, merchant=merchant, last_active_at__lt=at - slack)
        locked = silent.order_by("pk").select_for_update(no_key=True)
        numbers = list(locked.values_list("pk", flat=True))
        if not numbers:
            return 0
        return Contact.objects.filter(pk__in=numbers, last_active_at__lt=at).update(
            last_active_at=at
        )


def note_activity_of_each(*, merchant: Merchant, last: Mapping[str, datetime]) -> int:
    """As :func:`note_activity`, of each address at its own time, in one write a thousand."""
    with transaction.atomic(savepoint=False):
        moved = []
        for emails in batched(last, _ROWS, strict=False):
            known = Contact.objects.filter(merchant=merchant, email__in=emails)
            for contact in known.order_by("pk").select_for_update(no_key=True):
                if contact.last_active_at < last[contact.email]:
                    contact.last_active_at = last[contact.email]
                    moved.append(contact)
        return Contact.objects.bulk_update(moved, ["last_active_at"], batch_size=500)
