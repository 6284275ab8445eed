"""Carrying out what a person asks. Each: a logged request with a clock, the act, one mail."""

import calendar
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Required, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Field, Model
from django.utils.translation import gettext_noop
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.sightings import note_sighting
from tradepost.audit.types import PERSON, SYSTEM, Actor
from tradepost.datamap.columns.opaque_id import row_number
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery.actions import withhold_queued
from tradepost.law.figures import MONTHS_TO_ANSWER, in_force
from tradepost.lib import clock
from tradepost.lib.opaque import UnknownId
from tradepost.lib.typed_text import typed
from tradepost.rights.actions.erase import Erasure
from tradepost.rights.actions.letters import merchant_of, tell_desk, tell_recipients, write_to
from tradepost.rights.actions.pending import erase_what_is_free
from tradepost.rights.consents import withdraw_consent
from tradepost.rights.graph import PersonalModel, places, places_of
from tradepost.rights.models import RightsRequest, Stop
from tradepost.rights.queries import items_of, pending_erasure
from tradepost.rights.restrictions.stops import OBJECTIONABLE, end_restriction
from tradepost.rights.types import Channel, Right


class NotCorrectable(LookupError):
    """The row or field is not this person's, or cannot be corrected this way."""


class CannotObject(ValueError):
    """The purpose rests on a contract or a law; there is nothing to object to."""


def answer_due(received: datetime) -> datetime:
    """Within one month of receipt, by the law of that day; a shorter month ends on its last day."""
    months = in_force(MONTHS_TO_ANSWER, received.date()).value
    later = received.month - 1 + months
    year, month = received.year + later // 12, later % 12 + 1
    day = min(received.day, calendar.monthrange(year, month)[1])
    return received.replace(year=year, month=month, day=day)


class Asked(TypedDict, total=False):
    """How a request came, for :func:`log_request`."""

    channel: Channel
    identity_checked: str
    note: str
    received_at: datetime | None
    by: Required[Actor]


def log_request(
    *,
    ref: SubjectRef,
    right: Right,
    by: Actor,
    channel: Channel = Channel.PORTAL,
    identity_checked: str = "by a link to the address",
    note: str = "",
    received_at: datetime | None = None,
) -> RightsRequest:
    """Start the clock of a request; the person's own, in the portal, where nothing else is said."""
    received = received_at or clock.now()
    with transaction.atomic(), scopes_disabled():
        request = RightsRequest.objects.create(
            merchant_id=ref.merchant_id,
            email=ref.email,
            subject_key=ref.key,
            right=right,
            channel=channel,
            identity_checked=identity_checked,
            note=typed(note),
            received_at=received,
            due_at=answer_due(received),
        )
        record(
            actor=by,
            action="rights.request",
            target=request,
            merchant_id=ref.merchant_id,
            detail={"right": right.value, "channel": channel.value},
        )
    return request


def answer_request(*, request: RightsRequest, outcome: str, by: Actor) -> None:
    """Stop the clock; answering twice changes nothing."""
    with transaction.atomic(), scopes_disabled():
        answered = RightsRequest.objects.filter(pk=request.pk, done_at=None).update(
            done_at=clock.now(), outcome=outcome[:300]
        )
        if answered:
            record(
                actor=by,
                action="rights.answer",
                target=request,
                merchant_id=request.merchant_id,
                detail={"right": request.right},
            )
    request.refresh_from_db()


def _carry_out(
    ref: SubjectRef,
    right: Right,
    act: Callable[[], str],
    request: RightsRequest | None,
    **said: Unpack[Asked],
) -> RightsRequest:
    """Log, act, answer: together or not at all."""
    with transaction.atomic():
        request = request or log_request(ref=ref, right=right, **said)
        answer_request(request=request, outcome=act(), by=_answering(said["by"]))
    return request


def _answering(by: Actor) -> Actor:
    """What the person asks for by themselves, the program answers."""
    return SYSTEM if by == PERSON else by


def log_answered(
    *,
    ref: SubjectRef,
    right: Right,
    outcome: str,
    request: RightsRequest | None = None,
    **said: Unpack[Asked],
) -> RightsRequest:
    """A request that is answered by being asked: seeing and downloading in the portal."""
    return _carry_out(ref, right, lambda: outcome, request, **said)


def restrict(
    *, ref: SubjectRef, request: RightsRequest | None = None, **said: Unpack[Asked]
) -> RightsRequest:
    """Stop every use until the person lifts it; asked twice, there is still one stop and one mail."""

    def act() -> str:
        if _stop(ref, ""):
            write_to(ref, "changed", what="restricted")
        return "restricted"

    return _carry_out(ref, Right.RESTRICT, act, request, **said)


def lift_restriction(
    *, ref: SubjectRef, request: RightsRequest | None = None, **said: Unpack[Asked]
) -> RightsRequest:
    def act() -> str:
        if end_restriction(ref):
            write_to(ref, "changed", what="lifted")
        return "lifted"

    return _carry_out(ref, Right.LIFT, act, request, **said)


def object_to(
    *,
    ref: SubjectRef,
    purposes: Sequence[Purpose],
    request: RightsRequest | None = None,
    **said: Unpack[Asked],
) -> RightsRequest:
    """Stop these purposes for good; one mail, whatever their number.

    Raises:
        CannotObject
    """
    if refused := [purpose for purpose in purposes if purpose not in OBJECTIONABLE]:
        raise CannotObject(refused[0])

    def act() -> str:
        named = [purpose.value for purpose in purposes]
        made = [_stop(ref, name) for name in named]
        if any(made):
            write_to(ref, "changed", what="objected", purposes=named)
        return f"objected to {', '.join(named)}"

    return _carry_out(ref, Right.OBJECT, act, request, **said)


def _stop(ref: SubjectRef, purpose: str) -> bool:
    """Whether a stop was made; one that stands already is left alone."""
    with scopes_disabled():
        _row, made = Stop.objects.get_or_create(
            merchant=merchant_of(ref),
            subject_key=ref.key,
            purpose=purpose,
            lifted_at=None,
            defaults={"email": ref.email},
        )
    withhold_queued(merchant=merchant_of(ref), address=ref.email)
    return made


def withdraw(
    *, ref: SubjectRef, consent: str, request: RightsRequest | None = None, **said: Unpack[Asked]
) -> RightsRequest:
    """Take back a consent; the room that holds it stops at once."""

    def act() -> str:
        if not withdraw_consent(ref, consent):
            return "there was no such consent any more"
        write_to(ref, "changed", what="withdrawn")
        return "withdrawn"

    return _carry_out(ref, Right.WITHDRAW, act, request, **said)


def rectify(
    *,
    ref: SubjectRef,
    reference: str,
    field: str,
    value: str,
    request: RightsRequest | None = None,
    **said: Unpack[Asked],
) -> RightsRequest:
    """Correct one field of one row of this person.

    Raises:
        NotCorrectable
        ValidationError: the new value does not fit the field.
    """
    place, row = find_row(ref, reference)
    name, _, key = field.partition(".")
    if name not in place.fields or not place.fields[name].correctable:
        raise NotCorrectable(field)

    def act() -> str:
        changes = {name: _cleaned(row, name, key, value)}
        with scopes_disabled():
            place.model._base_manager.filter(pk=row.pk).update(**changes)
        record(
            actor=said["by"],
            action="rights.rectify",
            target=row,
            merchant_id=ref.merchant_id,
            detail={"field": name},
        )
        write_to(ref, "changed", what="corrected")
        tell_recipients(ref, what="corrected")
        return f"{place.label}.{name} corrected"

    return _carry_out(ref, Right.RECTIFY, act, request, **said)


def find_row(ref: SubjectRef, reference: str) -> tuple[PersonalModel, Model]:
    """Raises: NotCorrectable, for a row that is somebody else's as for one that does not exist."""
    label, _, name = reference.rpartition(":")
    for place in places():
        if place.label == label:
            try:
                number = row_number(place.model._meta.label_lower, name)
            except UnknownId:
                break
            row = place.rows(ref.subject, ref.merchant_id, [ref.email]).filter(pk=number).first()
            if row is not None:
                return place, row
    raise NotCorrectable(reference)


def value_of(ref: SubjectRef, reference: str, field: str) -> tuple[str, object]:
    """What a correctable field is called and holds now. Raises: NotCorrectable."""
    place, row = find_row(ref, reference)
    for item in items_of(place, row):
        if item.name == field and item.said.correctable:
            return item.label, item.value
    raise NotCorrectable(field)


def _cleaned(row: Model, name: str, key: str, value: str) -> object:
    column = row._meta.get_field(name)
    assert isinstance(column, Field)
    if not key:
        return column.clean(typed(value), row)
    answers = dict(getattr(row, name))
    if key not in answers:
        raise NotCorrectable(f"{name}.{key}")
    if not isinstance(answers[key], str) and answers[key] is not None:
        raise ValidationError("Write to us to have this corrected.")
    answers[key] = typed(value, 500)
    return answers


def erase_on_request(
    *, ref: SubjectRef, request: RightsRequest | None = None, **said: Unpack[Asked]
) -> Erasure:
    """Erase the person, tell the recipients, send the person one mail; see ``pending`` for holds."""
    with transaction.atomic():
        request = request or pending_erasure(ref) or log_request(ref=ref, right=Right.ERASE, **said)
        erasure = erase_what_is_free(ref=ref, request=request, by=said["by"])
        if request.begun_at is None:
            outcome = f"erased {erasure.total} rows"
            answer_request(request=request, outcome=outcome, by=_answering(said["by"]))
    return erasure


def ask_desk(*, ref: SubjectRef, note: str, by: Actor) -> RightsRequest:
    """A request that only a person can answer: its clock starts, and whoever answers is told by mail."""
    with transaction.atomic():
        request = log_request(ref=ref, right=Right.RECTIFY, note=note, by=by)
        tell_desk(request)
    return request


def note_list_look(*, merchant: Model | None, by: Actor, shown: Sequence[RightsRequest]) -> None:
    """Record that staff saw who asked; each finds it in their record. A list that shows nobody is no look."""
    if shown:
        look = record(
            actor=by,
            action="rights.look_list",
            merchant_id=merchant.pk if merchant else None,
            reason=gettext_noop("to see which requests there are"),
            detail={"shown": len(shown)},
        )
        note_sighting(look, RightsRequest, (row.pk for row in shown))


def note_request_look(*, request: RightsRequest, by: Actor) -> None:
    record(
        actor=by,
        action="rights.look",
        target=request,
        merchant_id=request.merchant_id,
        reason=gettext_noop("reads a request"),
        detail={"kinds": ["e-mail address", "message"]},
    )


def record_look(*, ref: SubjectRef, by: Actor, reason: str) -> int:
    """Record that staff saw everything held about a person: one entry for each row that was shown."""
    seen = 0
    with transaction.atomic(), scopes_disabled():
        for place, rows in places_of(ref):
            for row in rows:
                record(
                    actor=by,
                    action="rights.look",
                    target=row,
                    merchant_id=ref.merchant_id,
                    reason=reason,
                    detail={"kinds": sorted({said.kind.value for said in place.fields.values()})},
                )
                seen += 1
    return seen
