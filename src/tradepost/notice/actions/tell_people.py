"""One mail about a change of owner to each of a shop's people, as long work that goes on where it stopped.

How far it came is written into the announcement in the transaction that queues a slice: nobody is skipped. Nobody
gets two, also who bought something and becomes a contact later. It is information that the law asks for (Art. 13(3) and 14(4) GDPR), so a restriction does not stop it.
"""

from collections import defaultdict

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.audit.types import Actor
from tradepost.delivery.actions import queue_same
from tradepost.delivery.models import Mail
from tradepost.jobs.models import Job
from tradepost.jobs.runner import Running, job_kind, start_job
from tradepost.notice.models import Transition
from tradepost.notice.transitions.people import people_told
from tradepost.notice.transitions.reading import letter_context

TELLING = "notice.tell-people"
_A_SLICE = 500


def tell_people(row: Transition, by: Actor) -> Job | None:
    """Start, or go on; None while that runs, where nobody waits, and for the installation's own change of owner."""
    if row.merchant is None or not _somebody_waits(row):
        return None
    with scopes_disabled():
        under_way = Job.objects.filter(
            kind=TELLING,
            merchant=row.merchant.pk,
            state__in=(Job.State.WAITING, Job.State.RUNNING),
        )
        if under_way.exists():
            return None
    return start_job(
        kind=TELLING,
        title=_("Mails about the change of owner"),
        merchant=row.merchant,
        by=by,
        transition=row.pk,
    )


def _somebody_waits(row: Transition) -> bool:
    assert row.merchant is not None
    return any(after(row.merchant, row.told.get(name, 0), 1) for name, after in people_told.items())


@job_kind(TELLING)
def write_to_people(running: Running) -> None:
    """Ends at once when the announcement was taken back."""
    number, done = int(str(running.job.details["transition"])), 0
    for name in people_told:
        while written := _write_slice(number, name):
            done += written
            running.progress(done, done)


def _write_slice(number: int, name: str) -> int:
    with transaction.atomic(), scopes_disabled():
        standing = Transition.objects.filter(withdrawn_at=None, carried_out_at=None)
        row = standing.select_for_update(of=("self",)).filter(pk=number).first()
        if row is None or row.merchant is None:
            return 0
        some = people_told[name](row.merchant, row.told.get(name, 0), _A_SLICE)
        languages = {one.email: one.language or row.merchant.language for one in some}
        mails = Mail.objects.filter(about=_about(row), address__in=languages)
        for known in mails.values_list("address", flat=True):
            del languages[known]
        by_language = defaultdict(list)
        for email, language in languages.items():
            by_language[language].append(email)
        for language, emails in by_language.items():
            _queue(row, language, emails)
        if some:
            row.told = row.told | {name: some[-1].number}
            row.save(update_fields=["told"])
    return len(some)


def _queue(row: Transition, language: str, emails: list[str]) -> None:
    known = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(known):
        context = letter_context(row)
    queue_same(
        to=emails,
        template="notice/transition",
        context=context,
        merchant=row.merchant,
        language=known,
        reply_to=str(context["contact"]),
        about=_about(row),
    )


def _about(row: Transition) -> str:
    return f"notice.transition-people:{row.pk}"
