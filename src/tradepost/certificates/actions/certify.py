"""Giving signed statements: of an erasure, within its transaction; of a proof; later an authority's time."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import httpx
from django.conf import settings

from tradepost import __version__
from tradepost.certificates import timestamps
from tradepost.certificates.models import Certificate
from tradepost.certificates.signing import signed
from tradepost.datamap.registry import keep_rules, stores
from tradepost.datamap.vocabulary import Subject
from tradepost.jobs.outages import NeighbourAway
from tradepost.lib import clock
from tradepost.rights.actions.erase import Erasure, Stays
from tradepost.rights.graph import places

UNTIL_BACKUPS_DIE = timedelta(days=30)
_A_TURN = 100


class AuthorityAway(NeighbourAway):
    """The time stamp authority does not answer; what waits is stamped later."""


def certify(
    *,
    kind: str,
    statement: Mapping[str, object],
    tenant: int | None = None,
    subject_key: str = "",
) -> Certificate:
    """Sign a statement that names nobody, and keep it."""
    now = clock.now()
    token = secrets.token_urlsafe(16)
    whole = {
        "kind": kind,
        "number": token,
        "installation": settings.TRADEPOST.base_url,
        "made_at": now.isoformat(timespec="seconds"),
        "program": f"Tradepost {__version__}",
        **statement,
    }
    return Certificate.objects.create(
        tenant=tenant,
        kind=kind,
        token=token,
        subject_key=subject_key,
        made_at=now,
        document=signed(whole),
    )


def certify_erasure(
    subject: Subject, tenant: int | None, keys: Sequence[str], erasure: Erasure
) -> None:
    """What was searched, what was found and went, what stays and until when."""
    ends = (clock.now() + UNTIL_BACKUPS_DIE).date().isoformat()
    statement = {
        "people": len(keys),
        "searched": {
            "fields": sum(len(place.fields) for place in places()),
            "tables": sorted({place.label for place in places()}),
            "stores": sorted(store.id for store in stores.values() if store.subject is subject),
        },
        "found": {"deleted": dict(erasure.deleted), "emptied": dict(erasure.emptied)},
        "stays": _stays(erasure.stays),
        "copies": f"copies that were made before cannot be read by anybody from {ends} on",
    }
    known = keys[0] if len(keys) == 1 else ""
    made = certify(kind="erasure", statement=statement, tenant=tenant, subject_key=known)
    erasure.statement = made.token


def _stays(lines: Iterable[Stays]) -> list[dict[str, object]]:
    return [
        {"what": line.what, "rows": line.rows, "because": line.because, "until": _until(line.keep)}
        for line in lines
    ]


def _until(rule_id: str) -> str:
    if rule_id not in keep_rules:
        return "what holds it has ended"
    rule = keep_rules[rule_id]
    return f"{rule.period.days} days after: {rule.since}" if rule.period else rule.since


def stamp_all() -> int:
    """The scheduler's call: an authority's time under each that has none; returns how many."""
    if not timestamps.is_asked():
        return 0
    waiting = Certificate.objects.filter(stamp=None).order_by("pk")[:_A_TURN]
    for row in waiting:
        try:
            stamp = timestamps.stamp_for(row.document.encode())
        except (httpx.HTTPError, timestamps.NotStamped) as error:
            raise AuthorityAway(f"the time stamp authority ({type(error).__name__})") from error
        Certificate.objects.filter(pk=row.pk).update(stamp=stamp)
    return len(waiting)
