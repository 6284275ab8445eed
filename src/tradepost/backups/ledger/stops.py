"""Restrictions and objections, and those that were lifted."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django_scopes import scopes_disabled

from tradepost.audit.types import Actor
from tradepost.backups.ledger.book import Fact, number
from tradepost.backups.ledger.erasures import asked_by, found_again
from tradepost.merchants.models import Merchant
from tradepost.rights.models import Stop

KIND = "stop"


def facts(since: datetime) -> Iterator[Fact]:
    with scopes_disabled():
        rows = list(Stop.objects.filter(Q(since__gte=since) | Q(lifted_at__gte=since)))
    for row in rows:
        said = {
            "kind": KIND,
            "tenant": row.merchant_id,
            "key": row.subject_key,
            "purpose": row.purpose,
            "since": row.since.isoformat(),
        }
        yield said | {"at": said["since"], "lifted": None}
        if row.lifted_at:
            yield said | {"at": row.lifted_at.isoformat(), "lifted": row.lifted_at.isoformat()}


def replay(found: list[Fact], by: Actor) -> int:  # noqa: ARG001  every kind is called so
    """With the address, where the restored database knows it: lists and exports leave people out by that."""
    people = {
        (ref.merchant_id, ref.key): ref.email
        for ref in found_again({asked_by(fact) for fact in found})
    }
    changed = 0
    for fact in found:
        tenant, lifted = number(fact, "tenant"), fact["lifted"]
        merchant = Merchant.objects.filter(pk=tenant).first() if tenant else None
        if tenant and merchant is None:
            continue
        row, is_new = Stop.objects.get_or_create(
            merchant=merchant,
            subject_key=str(fact["key"]),
            purpose=str(fact["purpose"]),
            since=str(fact["since"]),
            defaults={"email": people.get((tenant, str(fact["key"])), "")},
        )
        ends = bool(lifted) and row.lifted_at is None
        if ends:
            Stop.objects.filter(pk=row.pk).update(lifted_at=str(lifted))
        changed += is_new or ends
    return changed
