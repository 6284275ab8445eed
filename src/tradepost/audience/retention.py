"""What the audience room forgets, and when. Each rule counts what is due and deletes it in batches.

These run for all merchants at once, so they open every scope.
"""

from datetime import datetime, timedelta

from django.db.models import Model, QuerySet
from django_scopes import scopes_disabled

from tradepost.audience import files
from tradepost.audience.models import (
    ConsentRecord,
    Contact,
    ContactExport,
    Import,
    ImportProblem,
    ListMembership,
    PendingSubscription,
)
from tradepost.datamap.held import without_held
from tradepost.rights.models import KeepChoice

RELATIONSHIP = "audience.relationship"
PENDING_FOR = timedelta(days=7)
EVIDENCE_FOR = timedelta(days=3 * 365)
NETWORK_FOR = timedelta(days=365)
UPLOADS_FOR = timedelta(days=7)
EXPORTS_FOR = timedelta(days=1)
RUNS_FOR = timedelta(days=365)
INACTIVE_AFTER = timedelta(days=1095)
BATCH = 500


def _inactive(now: datetime) -> list[QuerySet[Contact]]:
    """One query for all merchants with the default period, one for each that chose its own."""
    chosen = list(KeepChoice.objects.filter(rule=RELATIONSHIP).values_list("merchant_id", "days"))
    everybody = without_held(Contact.objects.all())
    others = everybody.filter(last_active_at__lt=now - INACTIVE_AFTER)
    queries = [others.exclude(merchant_id__in=[merchant for merchant, _days in chosen])]
    for merchant, days in chosen:
        before = now - timedelta(days=days)
        queries.append(everybody.filter(merchant_id=merchant, last_active_at__lt=before))
    return queries


def inactive_due(now: datetime) -> int:
    with scopes_disabled():
        return sum(query.count() for query in _inactive(now))


def purge_inactive(now: datetime) -> int:
    with scopes_disabled():
        return sum(_delete_contacts(query, now) for query in _inactive(now))


def _delete_contacts(rows: QuerySet[Contact], now: datetime) -> int:
    """What these people agreed to is over, too: the evidence ages from now."""
    gone = 0
    while found := list(rows.values_list("pk", "merchant_id", "email_key")[:BATCH]):
        keys = {key for _pk, _merchant, key in found}
        merchants = {merchant for _pk, merchant, _key in found}
        ConsentRecord.objects.filter(
            merchant_id__in=merchants, email_key__in=keys, withdrawn_at__isnull=True
        ).update(withdrawn_at=now, withdrawn_how="inactive")
        Contact.objects.filter(pk__in=[pk for pk, _merchant, _key in found]).delete()
        gone += len(found)
    return gone


def pending_due(now: datetime) -> int:
    with scopes_disabled():
        return PendingSubscription.objects.filter(asked_at__lt=now - PENDING_FOR).count()


def purge_pending(now: datetime) -> int:
    with scopes_disabled():
        return _delete(PendingSubscription.objects.filter(asked_at__lt=now - PENDING_FOR))


def _evidence(now: datetime) -> QuerySet[ConsentRecord]:
    return without_held(ConsentRecord.objects.filter(withdrawn_at__lt=now - EVIDENCE_FOR))


def evidence_due(now: datetime) -> int:
    with scopes_disabled():
        return _evidence(now).count()


def purge_evidence(now: datetime) -> int:
    """Memberships that ended let go of the record first; that they ended is kept with the contact."""
    gone = 0
    with scopes_disabled():
        while numbers := list(_evidence(now).values_list("pk", flat=True)[:BATCH]):
            ListMembership.objects.filter(consent_id__in=numbers).update(consent=None)
            gone += ConsentRecord.objects.filter(pk__in=numbers).delete()[0]
    return gone


def _networks(now: datetime) -> QuerySet[ConsentRecord]:
    return ConsentRecord.objects.exclude(network="").filter(given_at__lt=now - NETWORK_FOR)


def networks_due(now: datetime) -> int:
    with scopes_disabled():
        return _networks(now).count()


def purge_networks(now: datetime) -> int:
    with scopes_disabled():
        return _networks(now).update(network="")


def _uploads(now: datetime) -> QuerySet[Import]:
    return Import.objects.exclude(stored_as="").filter(uploaded_at__lt=now - UPLOADS_FOR)


def uploads_due(now: datetime) -> int:
    with scopes_disabled():
        problems = ImportProblem.objects.filter(run__uploaded_at__lt=now - UPLOADS_FOR)
        return _uploads(now).count() + problems.count()


def purge_uploads(now: datetime) -> int:
    with scopes_disabled():
        gone = _delete(ImportProblem.objects.filter(run__uploaded_at__lt=now - UPLOADS_FOR))
        for upload in _uploads(now):
            files.remove(files.UPLOADS, upload.stored_as)
            gone += Import.objects.filter(pk=upload.pk).update(stored_as="")
    return gone


def _exports(now: datetime) -> QuerySet[ContactExport]:
    return ContactExport.objects.exclude(stored_as="").filter(made_at__lt=now - EXPORTS_FOR)


def exports_due(now: datetime) -> int:
    with scopes_disabled():
        return _exports(now).count()


def purge_exports(now: datetime) -> int:
    with scopes_disabled():
        rows = _exports(now)
        for row in rows:
            files.remove(files.EXPORTS, row.stored_as)
        return rows.update(stored_as="")


def _runs(now: datetime) -> tuple[QuerySet[Model], ...]:
    old = now - RUNS_FOR
    return (
        Import.objects.filter(uploaded_at__lt=old, stored_as=""),
        ContactExport.objects.filter(made_at__lt=old, stored_as=""),
    )


def runs_due(now: datetime) -> int:
    with scopes_disabled():
        return sum(rows.count() for rows in _runs(now))


def purge_runs(now: datetime) -> int:
    with scopes_disabled():
        return sum(map(_delete, _runs(now)))


def _delete(rows: QuerySet[Model]) -> int:
    """Delete in batches; returns how many rows of this kind went, cascades not counted."""
    gone = 0
    while numbers := list(rows.values_list("pk", flat=True)[:BATCH]):
        rows.model._default_manager.filter(pk__in=numbers).delete()
        gone += len(numbers)
    return gone
