"""An erasure that meets a hold: begun, kept, shown, and finished when the hold ends.

What is free goes at once. What is held is written down by its row numbers, the request stays open,
and a round looks every hour whether a hold has ended. The person is told at both ends.
"""

from django.db import transaction
from django_scopes import scopes_disabled

from tradepost.audit.types import Actor
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery.models import Mail
from tradepost.lib import clock
from tradepost.rights.actions.erase import Erasure, Stays, erase_left, erase_person, held_now
from tradepost.rights.actions.letters import tell_recipients, write_to
from tradepost.rights.graph import places_of
from tradepost.rights.models import RightsRequest
from tradepost.rights.restrictions.stops import end_restriction


def erase_what_is_free(*, ref: SubjectRef, request: RightsRequest, by: Actor) -> Erasure:
    """Erase, and keep ``request`` open for what is held. The caller answers it if nothing is."""
    held = held_now(ref).held
    held.pop(RightsRequest._meta.label, None)  # what waits for the others, not for itself
    if held:
        with scopes_disabled():
            RightsRequest.objects.filter(pk=request.pk).update(
                begun_at=request.begun_at or clock.now(), waits=held
            )
        request.refresh_from_db()
    else:
        end_restriction(ref)
    tell_recipients(ref, what="erased")
    erasure = erase_person(ref=ref, by=by)
    _write(ref, erasure.stays, waits=bool(held))
    return erasure


def finish_erasures() -> int:
    """The scheduler's round over all erasures that are begun; returns how many were finished."""
    with scopes_disabled():
        begun = list(RightsRequest.objects.filter(done_at=None, begun_at__isnull=False))
    return sum(finish_erasure(request=request) for request in begun)


def finish_erasure(*, request: RightsRequest) -> bool:
    """Erase what is held no more; answer the request once nothing is left. Twice is once."""
    by = Actor.job("rights.finish")
    with transaction.atomic(), scopes_disabled():
        begun = RightsRequest.objects.select_for_update().filter(pk=request.pk, done_at=None)
        row = begun.exclude(begun_at=None).first()
        if row is None:
            return False
        erasure = erase_left(ref=row.ref, left=row.waits, by=by)
        if erasure.held:
            begun.update(waits=erasure.held)
            return False
        begun.update(done_at=clock.now(), outcome="erased when the hold ended", waits={})
        _say_good_bye(row.ref, erasure, by)
    return True


def _say_good_bye(ref: SubjectRef, erasure: Erasure, by: Actor) -> None:
    """Mails and files of the time between go too, unless the person has come back meanwhile."""
    if has_come_back(ref):
        _write(ref, erasure.stays, waits=False)
        return
    end_restriction(ref)
    stays = erasure.stays + erase_person(ref=ref, by=by).stays
    _write(ref, stays, waits=False)


def has_come_back(ref: SubjectRef) -> bool:
    """Whether the person gave something new since: what the law and the post keep does not count."""
    return any(
        rows.exists()
        for place, rows in places_of(ref)
        if place.declaration.purpose is not Purpose.LEGAL and place.model is not Mail
        if place.is_deleted() or place.emptied_fields()
    )


def _write(ref: SubjectRef, stays: list[Stays], *, waits: bool) -> None:
    reasons = sorted({line.because for line in stays})
    write_to(ref, "erased", stays=reasons, waits=waits)
