"""Freezing the list of those affected: worked out once, added to later, nothing taken away."""

from collections.abc import Callable, Iterable
from itertools import batched

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.breaches.actions.letters import tell_shop
from tradepost.breaches.actions.record import locked
from tradepost.breaches.models import Affected, Incident
from tradepost.breaches.queries import FREEZING, tenants_of
from tradepost.breaches.scope.people import People, Tenant, affected_by
from tradepost.breaches.types import NothingChosen, Told, due_after
from tradepost.jobs.models import Job
from tradepost.jobs.runner import Running, job_kind, start_job
from tradepost.lib import clock

_A_SLICE = 1000


def start_freezing(*, incident: Incident, by: Actor) -> Job:
    """Work the list out in the background. Raises: NothingChosen, AlreadyClosed."""
    if incident.scope.is_empty:
        raise NothingChosen
    with transaction.atomic(), scopes_disabled():
        row = locked(incident)
        return start_job(
            kind=FREEZING,
            title=_("List of those affected: %s") % row.title[:120],
            merchant=row.merchant,
            by=by,
            incident=row.pk,
            actor=by.spelling,
        )


@job_kind(FREEZING)
def freeze(running: Running) -> None:
    """Run again it adds nobody twice."""
    with scopes_disabled():
        incident = Incident.objects.get(pk=running.job.details["incident"])
        by = Actor.parse(str(running.job.details["actor"]))
        tenants = tenants_of(incident)
        done = 0
        for tenant in tenants:
            found = affected_by(incident.scope, tenant, by_operator=incident.merchant_id is None)
            running.progress(done, done + len(found))
            with transaction.atomic():
                _put_on_list(incident, tenant, found, by, running.progress)
            done += len(found)
        with transaction.atomic():
            Incident.objects.filter(pk=incident.pk, frozen_at=None).update(frozen_at=clock.now())
            people = Affected.objects.filter(incident=incident).count()
            record(
                actor=by,
                action="breaches.freeze",
                target=incident,
                merchant_id=incident.merchant_id,
                detail={"people": people, "shops": len(tenants)},
            )
        running.progress(done, done)


def _put_on_list(
    incident: Incident, tenant: Tenant, found: People, by: Actor, tell: Callable[[int, int], None]
) -> None:
    if not found:
        return
    row = incident
    if tenant.merchant_id != incident.merchant_id:
        row = _part_of_shop(incident, tenant, by)
    keys: Iterable[tuple[str, ...]] = batched(found.kinds, _A_SLICE, strict=False)
    for number, some in enumerate(keys):
        Affected.objects.bulk_create(
            [_affected(row, key, found) for key in some], ignore_conflicts=True
        )
        tell(min((number + 1) * _A_SLICE, len(found)), len(found))


def _affected(incident: Incident, key: str, found: People) -> Affected:
    email = found.emails[key]
    return Affected(
        incident=incident,
        merchant_id=incident.merchant_id,
        subject_key=key,
        email=email,
        kinds=sorted(found.kinds[key]),
        told=Told.NOT_YET if email else Told.NOBODY,
    )


def _part_of_shop(incident: Incident, tenant: Tenant, by: Actor) -> Incident:
    """The shop decides about its customers: it gets an incident of its own, whose clock begins now.

    The operator is its processor and tells it without delay (Art. 33(2) GDPR); the shop knows from then on.
    """
    assert tenant.merchant_id is not None
    now = clock.now()
    told = ("title", "happened", "words", "consequences", "measures", "advice", "reached")
    part, is_new = Incident.objects.get_or_create(
        part_of=incident,
        merchant_id=tenant.merchant_id,
        defaults={name: getattr(incident, name) for name in told}
        | {
            "is_drill": incident.is_drill,
            "known_at": now,
            "due_at": due_after(now),
            "began_at": incident.began_at,
            "ended_at": incident.ended_at,
            "frozen_at": now,
        },
    )
    if is_new:
        record(
            actor=by,
            action="breaches.record",
            target=part,
            merchant_id=part.merchant_id,
            detail={"drill": part.is_drill, "found_by": "operator"},
        )
        tell_shop(part)
    return part
