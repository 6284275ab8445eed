"""Letters of the breach desk: to those affected, once each; to shops; and a test to whoever writes."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.breaches.actions.record import locked
from tradepost.breaches.models import Affected, Incident
from tradepost.breaches.queries import WRITING, kinds_reached, waiting_for_letters
from tradepost.breaches.types import NotFrozen, Told
from tradepost.datamap.words import word
from tradepost.delivery.actions import mail_in_words, queue_mail, queue_same
from tradepost.identity.actions.limits import spend
from tradepost.jobs.models import Job
from tradepost.jobs.runner import Running, job_kind, start_job
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.modules.places import place
from tradepost.rights.actions.letters import contact_of, sender_name

LETTER, REMINDER, TO_SHOP = "breaches/told", "breaches/reminder", "breaches/shop"
_A_SLICE = 500


def letter_context(incident: Incident, kinds: list[str], *, is_test: bool) -> dict[str, object]:
    """What Art. 34(2) GDPR asks for: what happened, what may follow, what was done, whom to ask."""
    merchant = incident.merchant
    return {
        "incident": incident,
        "kinds": [word(kind) for kind in kinds],
        "is_test": is_test,
        "sender": sender_name(merchant),
        "contact": contact_of(merchant),
        "officer": "" if merchant else settings.TRADEPOST.protection_officer,
        "portal": settings.TRADEPOST.base_url + _portal_of(merchant),
    }


def _portal_of(merchant: Merchant | None) -> str:
    return (
        reverse("rights:ask-merchant", args=[merchant.handle])
        if merchant
        else reverse("rights:ask")
    )


def language_of(incident: Incident) -> str:
    return incident.merchant.language if incident.merchant else settings.LANGUAGE_CODE


def letter_as_sent(incident: Incident) -> tuple[str, str]:
    """Subject and text, as the first of those affected would read them."""
    language, kinds = language_of(incident), kinds_reached(incident)
    with translation.override(language):
        context = letter_context(incident, kinds, is_test=False)
    subject, text, _html = mail_in_words(template=LETTER, context=context, language=language)
    return subject, text.strip()


def send_test(*, incident: Incident, to: str) -> None:
    """To whoever sits at the desk, marked as a test. Raises: TooMany."""
    spend("test letter", address=to, shop=incident.merchant)
    _in_its_language(incident, kinds_reached(incident), to=[to], is_test=True)


def start_letters(*, incident: Incident, by: Actor) -> Job:
    """Raises: NotFrozen, AlreadyClosed."""
    with transaction.atomic(), scopes_disabled():
        row = locked(incident)
        if row.frozen_at is None or not row.words:
            raise NotFrozen
        if row.letters_at is None:
            row.letters_at = clock.now()
            row.save(update_fields=["letters_at"])
        record(
            actor=by,
            action="breaches.letters",
            target=row,
            merchant_id=row.merchant_id,
            detail={"drill": row.is_drill},
        )
        return start_job(
            kind=WRITING,
            title=_("Letters to those affected: %s") % row.title[:120],
            merchant=row.merchant,
            by=by,
            incident=row.pk,
        )


@job_kind(WRITING)
def write_letters(running: Running) -> None:
    """Each gets one letter: who is written to is marked in the transaction that queues it."""
    with scopes_disabled():
        incident = Incident.objects.get(pk=running.job.details["incident"])
        total, done = waiting_for_letters(incident).count(), 0
        while written := _write_slice(incident):
            done += written
            running.progress(done, total)


def _write_slice(incident: Incident) -> int:
    """In a drill all is as in earnest, and no letter is queued."""
    with transaction.atomic():
        some = list(waiting_for_letters(incident).select_for_update().order_by("pk")[:_A_SLICE])
        alike = defaultdict(list)
        for row in some:
            alike[tuple(row.kinds)].append(row.email)
        if not incident.is_drill:
            for kinds, emails in alike.items():
                _in_its_language(incident, list(kinds), to=emails, is_test=False)
        told = Told.DRILL if incident.is_drill else Told.YES
        Affected.objects.filter(pk__in=[row.pk for row in some]).update(
            told=told, told_at=clock.now()
        )
    return len(some)


def _in_its_language(incident: Incident, kinds: list[str], *, to: list[str], is_test: bool) -> None:
    language = language_of(incident)
    with translation.override(language):
        context = letter_context(incident, kinds, is_test=is_test)
    queue_same(
        to=to,
        template=LETTER,
        context=context,
        merchant=incident.merchant,
        language=language,
        reply_to=contact_of(incident.merchant),
        about=f"breaches.incident:{incident.pk}",
    )


def tell_shop(part: Incident) -> None:
    """The operator found it; the shop's clock has begun. A drill of the operator writes to nobody."""
    if not part.is_drill:
        _to_desk(part, TO_SHOP, {})


def remind(incident: Incident) -> None:
    """One mail to the desk: how much of the hours is left. Of a drill, too, marked as one."""
    _to_desk(incident, REMINDER, {"left": timedelta(seconds=incident.seconds_left)})


def _to_desk(incident: Incident, template: str, more: Mapping[str, object]) -> None:
    merchant = incident.merchant
    page = (
        reverse("breaches_office:incident", args=[merchant.handle, incident.public_id])
        if merchant
        else place("operator's incident", incident.public_id)
    )
    queue_mail(
        to=contact_of(merchant),
        template=template,
        context={
            "incident": incident,
            "page": settings.TRADEPOST.base_url + page,
            "operator": settings.TRADEPOST.operator_name,
            **more,
        },
        merchant=merchant,
        language=language_of(incident),
        about=template.replace("/", "."),
    )
