"""What people asked about their own data, and erasures that were begun and wait for a hold to end.

A copy of the time before knows nothing of them: a begun erasure would be carried out at once, holds or no holds, and
a request would never be answered. Of the person, the ledger has the keyed hash alone; what they wrote is lost.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django_scopes import scopes_disabled

from tradepost.audit.models import Entry
from tradepost.audit.types import Actor
from tradepost.backups.ledger.book import Fact, number
from tradepost.backups.ledger.erasures import asked_by, found_again
from tradepost.datamap.subjects import SubjectRef
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.rights.actions.erase import erase_people, held_now
from tradepost.rights.models import ErasureRecord, RightsRequest

KIND = "request"


def facts(since: datetime) -> Iterator[Fact]:
    asked = {
        int(target.rpartition(":")[2]): at
        for target, at in Entry.objects.filter(action="rights.request", at__gte=since).values_list(
            "target", "at"
        )
    }
    changed = Q(begun_at__gte=since) | Q(done_at__gte=since) | Q(pk__in=list(asked))
    with scopes_disabled():
        rows = list(RightsRequest.objects.filter(changed))
    for row in rows:
        moments = [asked.get(row.pk), row.begun_at, row.done_at]
        yield {
            "kind": KIND,
            "at": max(filter(None, moments)).isoformat(),
            "tenant": row.merchant_id,
            "key": row.subject_key,
            "right": row.right,
            "channel": row.channel,
            "received": row.received_at.isoformat(),
            "due": row.due_at.isoformat(),
            "begun": row.begun_at.isoformat() if row.begun_at else None,
            "done": row.done_at.isoformat() if row.done_at else None,
        }


def replay(found: list[Fact], by: Actor) -> int:
    """Before the erasures: whoever waits for a hold is erased as far as nothing holds, and no further."""
    last = {(fact["tenant"], fact["key"], fact["received"]): fact for fact in found}
    shops = set(Merchant.objects.values_list("pk", flat=True)) | {None}
    open_ones = [fact for fact in last.values() if not fact["done"] and fact["tenant"] in shops]
    people = {ref.key: ref for ref in found_again({asked_by(fact) for fact in open_ones})}
    done = sum(_close(fact) for fact in last.values() if fact["done"])
    return done + sum(_open(fact, people.get(str(fact["key"])), by) for fact in open_ones)


def _rows(fact: Fact) -> Q:
    return Q(
        merchant=number(fact, "tenant"),
        subject_key=str(fact["key"]),
        received_at=str(fact["received"]),
    )


def _close(fact: Fact) -> int:
    """Answered after the copy was made."""
    waiting = RightsRequest.objects.filter(_rows(fact), done_at=None)
    return waiting.update(done_at=str(fact["done"]), outcome="answered before a restore", waits={})


def _open(fact: Fact, ref: SubjectRef | None, by: Actor) -> int:
    row = RightsRequest.objects.filter(_rows(fact)).first()
    is_new = row is None
    if row is None:
        row = RightsRequest.objects.create(
            merchant_id=number(fact, "tenant"),
            subject_key=str(fact["key"]),
            email=ref.email if ref else "",
            right=str(fact["right"]),
            channel=str(fact["channel"]),
            received_at=str(fact["received"]),
            due_at=str(fact["due"]),
        )
    if fact["begun"] and row.done_at is None:
        _erase_what_is_free(row, str(fact["begun"]), ref, by)
    return int(is_new)


def _erase_what_is_free(
    row: RightsRequest, begun_at: str, ref: SubjectRef | None, by: Actor
) -> None:
    """What is held stays written down, and the hourly round goes on with it; of nobody, nothing is left to do."""
    rows = RightsRequest.objects.filter(pk=row.pk)
    if ref is None:
        rows.update(
            begun_at=begun_at, done_at=clock.now(), outcome="nothing was left after a restore"
        )
        return
    held = held_now(ref).held
    held.pop(RightsRequest._meta.label, None)  # what waits for the others, not for itself
    rows.update(begun_at=begun_at, waits=held)
    erase_people(refs=[ref], by=by, reason="restored from a backup")
    ErasureRecord.objects.update_or_create(
        subject=ref.subject.value,
        tenant=ref.merchant_id,
        subject_key=ref.key,
        defaults={"erased_at": clock.now()},
    )
