"""Addresses that nobody writes to again."""

from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile

from tradepost.audit.types import Actor
from tradepost.backups.ledger.book import Fact, number
from tradepost.delivery.models import Suppression
from tradepost.merchants.models import Merchant

KIND = "suppression"


def facts(since: datetime) -> Iterator[Fact]:
    """The newest rows by their numbers: the table may be large, and its times have no index."""
    newest = Suppression.objects.order_by("-pk").iterator(chunk_size=500)
    for row in takewhile(lambda row: row.since >= since, newest):
        yield {
            "kind": KIND,
            "at": row.since.isoformat(),
            "tenant": row.merchant_id,
            "key": row.key,
            "reason": row.reason,
        }


def replay(found: list[Fact], by: Actor) -> int:  # noqa: ARG001  every kind is called so
    shops = set(Merchant.objects.values_list("pk", flat=True)) | {None}
    rows = [
        Suppression(
            merchant_id=number(fact, "tenant"),
            key=str(fact["key"]),
            reason=str(fact["reason"]),
            since=str(fact["at"]),
        )
        for fact in found
        if fact["tenant"] in shops
    ]
    before = Suppression.objects.count()
    Suppression.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    return Suppression.objects.count() - before
