"""Consents that were taken back."""

from collections.abc import Iterator
from datetime import datetime

from django_scopes import scopes_disabled

from tradepost.audience.consent.records import end_consents
from tradepost.audience.models import ConsentRecord
from tradepost.audit.types import Actor
from tradepost.backups.ledger.book import Fact, number

KIND = "withdrawal"


def facts(since: datetime) -> Iterator[Fact]:
    with scopes_disabled():
        rows = ConsentRecord.objects.filter(withdrawn_at__gte=since).order_by()
        for row in rows.iterator(chunk_size=2000):
            assert row.withdrawn_at
            yield {
                "kind": KIND,
                "at": row.withdrawn_at.isoformat(),
                "tenant": row.merchant_id,
                "key": row.email_key,
                "consent": row.kind,
                "list": row.contact_list_id,
                "how": row.withdrawn_how,
            }


def replay(found: list[Fact], by: Actor) -> int:  # noqa: ARG001  every kind is called so
    """A consent that was given before its withdrawal and still stands is ended when it was."""
    ended = 0
    for fact in found:
        at = datetime.fromisoformat(str(fact["at"]))
        rows = ConsentRecord.objects.filter(
            merchant_id=int(fact["tenant"] or 0),
            email_key=str(fact["key"]),
            kind=str(fact["consent"]),
            contact_list_id=number(fact, "list"),
            given_at__lte=at,
            withdrawn_at=None,
        )
        ended += end_consents(list(rows.values_list("pk", flat=True)), at=at, how=str(fact["how"]))
    return ended
