"""Every read of the breach desk."""

from datetime import datetime, timedelta

from django.db.models import Count, Model, Q, QuerySet
from django_scopes import scopes_disabled

from tradepost.breaches.models import Affected, Incident
from tradepost.breaches.scope.people import Tenant, affected_by
from tradepost.breaches.severity import Severity, severity_of
from tradepost.breaches.types import Told
from tradepost.datamap.subjects import SubjectRef
from tradepost.jobs.models import Job
from tradepost.lib import clock
from tradepost.rights.graph import places

KEPT_FOR = timedelta(days=3 * 365)
FREEZING, WRITING = "breaches.freeze", "breaches.letters"


def incidents_of(merchant: Model | None) -> QuerySet[Incident]:
    """A shop's, or the operator's; those whose clock runs first."""
    with scopes_disabled():
        rows = Incident.objects.filter(merchant=merchant.pk if merchant else None)
        return rows.annotate(people=Count("affected")).order_by("closed_at", "due_at", "pk")


def running_clocks(merchant: Model | None) -> list[Incident]:
    with scopes_disabled():
        rows = Incident.objects.filter(
            merchant=merchant.pk if merchant else None,
            closed_at=None,
            authority_told_at=None,
            not_reported_at=None,
        )
        return list(rows.order_by("due_at"))


def affected_in(incident: Incident) -> QuerySet[Affected]:
    with scopes_disabled():
        return Affected.objects.filter(incident=incident)


def waiting_for_letters(incident: Incident) -> QuerySet[Affected]:
    """On the list, not told, and still known by an address: whoever was erased since is left in peace."""
    return affected_in(incident).filter(told=Told.NOT_YET).exclude(email="")


def kinds_reached(incident: Incident) -> list[str]:
    """Of those on the frozen list; before, of what was chosen."""
    frozen = _kinds_frozen(incident)
    if frozen:
        return sorted(frozen)
    scope = incident.scope
    if scope.kinds:
        return sorted(scope.kinds)
    chosen = [place for place in places() if place.label in scope.tables]
    return sorted({said.kind.value for place in chosen for said in place.fields.values()})


def _kinds_frozen(incident: Incident) -> set[str]:
    with scopes_disabled():
        parts = Affected.objects.filter(Q(incident=incident) | Q(incident__part_of=incident))
        lists = parts.order_by().values_list("kinds", flat=True).distinct()
        return {kind for kinds in lists for kind in kinds}


def severity(incident: Incident) -> Severity:
    return severity_of(incident, kinds_reached(incident))


def people_counted(incident: Incident) -> dict[Told, int]:
    """How many on the list, by whether they know; of the operator's incident with all shops' parts."""
    with scopes_disabled():
        rows = Affected.objects.filter(Q(incident=incident) | Q(incident__part_of=incident))
        counts = rows.order_by().values_list("told").annotate(count=Count("pk"))
        found = dict(counts.values_list("told", "count"))
    return {state: found.get(state.value, 0) for state in Told}


def records_counted(incident: Incident) -> int:
    """Approximately, as Art. 33(3)(a) GDPR asks: kinds of data times people."""
    with scopes_disabled():
        rows = Affected.objects.filter(Q(incident=incident) | Q(incident__part_of=incident))
        return sum(len(kinds) for kinds in rows.values_list("kinds", flat=True).iterator(2000))


def parts_of(incident: Incident) -> QuerySet[Incident]:
    """The operator's incident, shop by shop."""
    with scopes_disabled():
        parts = Incident.objects.filter(part_of=incident).select_related("merchant")
        return parts.annotate(people=Count("affected")).order_by("merchant__name")


def tenants_of(incident: Incident) -> list[Tenant]:
    """A shop's incident touches its customers; the operator's also whoever signs in, and every shop chosen."""
    if incident.merchant_id is not None:
        return [Tenant(incident.merchant_id)]
    shops = Incident._meta.get_field("merchant").related_model._default_manager.order_by("pk")
    chosen = shops.filter(pk__in=incident.shops) if incident.shops else shops
    return [Tenant(None), *(Tenant(pk) for pk in chosen.values_list("pk", flat=True))]


def preview(incident: Incident) -> tuple[int, int]:
    """How many people the scope touches now, and how many rows were seen of which nobody knows whose."""
    people = unnamed = 0
    with scopes_disabled():
        for tenant in tenants_of(incident):
            found = affected_by(incident.scope, tenant, by_operator=incident.merchant_id is None)
            people += len(found)
            unnamed = max(unnamed, found.unnamed)
    return people, unnamed


def job_of(incident: Incident, kind: str) -> Job | None:
    with scopes_disabled():
        jobs = Job.objects.filter(kind=kind, merchant=incident.merchant_id)
        return jobs.filter(details__incident=incident.pk).order_by("-pk").first()


def breaches_that_touched(ref: SubjectRef) -> QuerySet[Affected]:
    """What this person was told of; drills touched nobody."""
    with scopes_disabled():
        rows = Affected.objects.filter(
            merchant=ref.merchant_id, subject_key=ref.key, told=Told.YES, incident__is_drill=False
        )
        return rows.select_related("incident", "merchant").order_by("-told_at")


def late_incidents(now: datetime | None = None) -> list[Incident]:
    """Of all shops and the operator: neither reported nor decided within the hours (promise breach.clock)."""
    now = now or clock.now()
    with scopes_disabled():
        rows = Incident.objects.filter(
            is_drill=False,
            closed_at=None,
            authority_told_at=None,
            not_reported_at=None,
            due_at__lt=now,
        )
        return list(rows.order_by("due_at")[:100])


def untold_after_the_clock(now: datetime | None = None) -> int:
    """People on the list of a high risk who can be reached and were not, although the hours are over."""
    now = now or clock.now()
    with scopes_disabled():
        late = Incident.objects.filter(
            is_drill=False, closed_at=None, due_at__lt=now, not_written_because=""
        ).exclude(frozen_at=None)
        serious = [row.pk for row in late if severity(row).is_high]
        rows = Affected.objects.filter(incident__in=serious, told=Told.NOT_YET)
        return rows.exclude(email="").count()


def closed_long_ago(now: datetime) -> QuerySet[Incident]:
    return Incident._base_manager.filter(closed_at__lt=now - KEPT_FOR)
