"""Exporting contacts: asked for on a screen, written by a job, fetched once or twice, gone in a day."""

from array import array

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tradepost.audience import files, queries
from tradepost.audience.actions.labels import WHY
from tradepost.audience.contacts import exporting
from tradepost.audience.models import Contact, ContactExport, ContactList, CustomField, Segment
from tradepost.audience.types import MembershipState
from tradepost.audit.actions import record
from tradepost.audit.sightings import note_sighting
from tradepost.audit.types import Actor
from tradepost.delivery.queries import suppressed_among
from tradepost.jobs import storage
from tradepost.jobs.models import Job
from tradepost.jobs.runner import Running, job_kind, start_job
from tradepost.merchants.models import Merchant

KIND = files.EXPORT_JOB
SLICE = 1_000


def start_export(
    *,
    merchant: Merchant,
    form: str,
    by: Actor,
    contact_list: ContactList | None = None,
    state: str = "",
    segment: Segment | None = None,
) -> Job:
    """Of all contacts, or what list, state and segment leave. Recorded, with what was asked for."""
    filters: dict[str, str] = {}
    if contact_list:
        filters["list"] = contact_list.public_id
    if state in MembershipState.values:
        filters["state"] = state
    if segment:
        filters["segment"] = segment.public_id
    with transaction.atomic():
        row = ContactExport.objects.create(
            merchant=merchant, form=form, by_id=by.account_id, filters=filters
        )
        look = record(
            actor=by,
            action="audience.export",
            reason=WHY["audience.export"],
            target=row,
            merchant_id=merchant.pk,
            detail={"form": form, **filters},
        )
        job = start_job(
            kind=KIND,
            title=_("Export of contacts"),
            merchant=merchant,
            by=by,
            export=row.pk,
            look=look.pk,
        )
        ContactExport.objects.filter(pk=row.pk).update(job=job)
    return job


@job_kind(KIND)
def work(running: Running) -> None:
    """A cancelled or repeated export starts anew; a half-written file is removed."""
    row = ContactExport.objects.select_related("merchant").get(pk=running.job.details["export"])
    contacts = _contacts(row)
    total = contacts.count()
    questions = list(CustomField.objects.filter(merchant=row.merchant))
    name = files.new_name(row.form)
    done, shown = 0, array("q")
    with storage.draft() as path:
        with exporting.writer(row.form, path, exporting.columns(questions)) as out:
            for part in exporting.slices(queries.with_lists(contacts), SLICE):
                standing = standing_of(row.merchant, part)
                for contact in part:
                    out.write(exporting.record_of(contact, questions, standing))
                shown.extend(contact.pk for contact in part)
                done += len(part)
                running.progress(done, total)
        with running.showing():
            storage.files().put(files.place_of(files.EXPORTS, name), path)
            ContactExport.objects.filter(pk=row.pk).update(stored_as=name, rows=done)
            if isinstance(look := running.job.details.get("look"), int):
                note_sighting(look, Contact, shown)
    address = reverse("audience_office:export_file", args=[row.merchant.handle, row.public_id])
    Job.objects.filter(pk=running.job.pk).update(result_url=address)


def standing_of(merchant: Merchant, part: list[Contact]) -> exporting.ExportFacts:
    """What a slice of an export says of its contacts beside their rows, in two queries."""
    return exporting.ExportFacts(
        reasons=suppressed_among(
            addresses=[contact.email for contact in part], merchant_id=merchant.pk
        ),
        consents=queries.consents_by_key(merchant, [contact.email_key for contact in part]),
    )


def _contacts(row: ContactExport) -> models.QuerySet[Contact]:
    lists = queries.lists_by_choice(row.merchant)
    segments = queries.segments_by_choice(row.merchant)
    found = queries.find_contacts(
        merchant=row.merchant,
        contact_list=lists.get(row.filters.get("list", "")),
        state=row.filters.get("state", ""),
        segment=segments.get(row.filters.get("segment", "")),
    )
    return queries.usable_contacts(row.merchant, found)
