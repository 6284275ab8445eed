"""After a question is deleted, the answers go too: a job, because there may be a million."""

from tradepost.audience.contacts.exporting import slices
from tradepost.audience.models import Contact
from tradepost.audit.types import Actor
from tradepost.jobs.models import Job
from tradepost.jobs.runner import Running, job_kind, start_job
from tradepost.merchants.models import Merchant

KIND = "audience.forget_field"
SLICE = 2_000


def forget_answers(*, merchant: Merchant, key: str, by: Actor) -> Job:
    title = f"Deleting the answers to “{key}”"
    return start_job(kind=KIND, title=title, merchant=merchant, by=by, key=key)


@job_kind(KIND)
def _work(running: Running) -> None:
    """In the merchant's scope. Safe to run again: what is gone is not found any more."""
    key = running.job.details["key"]
    answered = Contact.objects.filter(fields__has_key=key)
    done, total = 0, answered.count()
    for rows in slices(answered, SLICE):
        for contact in rows:
            contact.fields.pop(key, None)
        Contact.objects.bulk_update(rows, ["fields"], batch_size=500)
        done += len(rows)
        running.progress(done, total)
