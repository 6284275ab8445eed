"""What is done about mail that comes in."""

import logging
from email.message import Message

from django.db import DatabaseError, InterfaceError, models, transaction
from django.db.models import F
from django_scopes import scope, scopes_disabled

from tradepost.delivery import bounces
from tradepost.delivery.actions.keep_incoming import (
    is_a_persons,
    is_full,
    keep_incoming,
    sender_of,
)
from tradepost.delivery.actions.note_complaint import note_complaint
from tradepost.delivery.actions.stop_sending import note_returned
from tradepost.delivery.actions.suppress import suppress
from tradepost.delivery.bounces.scores import note_bounce
from tradepost.delivery.incoming.addresses import AddressUse, IncomingAddress, NotOurs, place_of
from tradepost.delivery.incoming.takers import ShopLetter, letter_takers
from tradepost.delivery.incoming.tracing import letter_behind
from tradepost.delivery.models import Handover, Mail, Mailing
from tradepost.delivery.outgoing.sources import UnknownSource, source_of
from tradepost.delivery.types import BounceKind, HandoverState, Kept, SuppressionReason
from tradepost.lib import clock

__all__ = ["NotOurs", "is_ours", "receive", "take", "waits_for_room"]

logger = logging.getLogger(__name__)
_NOT_SPAM = "not-spam"
_ASKED_SUBJECT = "unsubscribe"  # stands in the address of each letter's List-Unsubscribe


def is_ours(recipient: str) -> bool:
    """Whether mail is taken for the address: one that the engine handed out, a role, or a shop's."""
    try:
        place_of(recipient)
    except NotOurs:
        return False
    return True


def waits_for_room(recipient: str) -> bool:
    """Whether a letter to the address must stay with its sender for a while. Signed addresses always have
    room: what is acted on is not kept. Raises: NotOurs."""
    return place_of(recipient).use in {AddressUse.ROLE, AddressUse.SHOP} and is_full()


def take(*, recipient: str, content: bytes, sender: str | None = None) -> str:
    """:func:`receive` that loses nothing: what an error of ours stops is kept for a person to read.

    Raises: NotOurs; and the database's errors, for then the other side must keep the message.
    """
    try:
        return receive(recipient=recipient, content=content, sender=sender)
    except (NotOurs, DatabaseError, InterfaceError):
        raise
    except Exception:
        logger.exception("a message could not be dealt with; it is kept")
    place = place_of(recipient)
    keep_incoming(
        recipient=recipient,
        content=content,
        why=Kept.UNREAD,
        sender=sender,
        merchant_id=place.merchant_id,
        forward=False,
    )
    return "kept"


def receive(*, recipient: str, content: bytes, sender: str | None = None) -> str:
    """Act on a message to one of our addresses; returns what was done, in a word.

    ``sender`` is the envelope's, None when it is not known. Twice is once. Raises: NotOurs.
    """
    place = place_of(recipient)
    message = bounces.email_of(content)
    report = _read(message)
    with scopes_disabled(), transaction.atomic():
        row = _letter(place, message)
        if place.number and row is None:
            return "forgotten"
        if place.use is AddressUse.UNSUBSCRIBE and report.kind is not BounceKind.COMPLAINT:
            return _unsubscribe(row, message, report)
        if row is not None and _says_something(report):
            return _reported(row, report)
        if report.kind is BounceKind.AUTO_REPLY or _is_idle(report):
            return report.kind.value
        if row is not None and place.is_loop:
            _complained(row)
        why = _why(report, message, is_cut=len(content) > bounces.LONGEST)
        if why is Kept.LETTER and _is_taken(place, recipient, content, message, sender):
            return "taken"
        kept = keep_incoming(
            recipient=recipient,
            content=content,
            why=why,
            sender=sender,
            merchant_id=_merchant_id(place, row),
            forward=not place.is_quiet,
        )
    return "forwarded" if kept.forwarded_at else "kept"


def _is_taken(
    place: IncomingAddress, recipient: str, content: bytes, message: Message, sender: str | None
) -> bool:
    """Whether a room above deals with it. What machines wrote, and what nobody could be answered, is only kept."""
    if place.use is not AddressUse.SHOP or not place.merchant_id or sender == "":
        return False
    answer_to = sender_of(message, sender)
    if not answer_to or not is_a_persons(message):
        return False
    letter = ShopLetter(
        merchant_id=place.merchant_id,
        recipient=recipient,
        sender=answer_to,
        message=message,
        content=content,
    )
    return any(take_letter(letter) for take_letter in letter_takers)


def _read(message: Message) -> bounces.BounceReport:
    try:
        return bounces.read(message)
    except Exception:  # a stranger's bytes; the message is kept, and the trace says what to mend
        logger.exception("a message could not be read")
        return bounces.BounceReport(BounceKind.OTHER)


def _letter(place: IncomingAddress, message: Message) -> Handover | Mail | None:
    """The letter it is about, locked: by the signed address it came to, else by what it quotes."""
    named = (place.table, place.number) if place.number else letter_behind(message)
    if named is None:
        return None
    table, number = named
    if table == "mail":
        return Mail.objects.select_related("merchant").filter(pk=number).first()
    rows = Handover.objects.select_related("mailing__merchant").select_for_update(of=("self",))
    return rows.filter(pk=number).first()


def _merchant_id(place: IncomingAddress, row: Handover | Mail | None) -> int | None:
    """Whose mail it is. What came to a role or a shop is theirs, whatever it quotes."""
    if not place.number or row is None:
        return place.merchant_id
    return row.mailing.merchant_id if isinstance(row, Handover) else row.merchant_id


def _says_something(report: bounces.BounceReport) -> bool:
    return (
        report.kind in {BounceKind.COMPLAINT, BounceKind.HARD, BounceKind.SOFT}
        or report.cause in bounces.OURS
    )


def _is_idle(report: bounces.BounceReport) -> bool:
    """Read and understood, and nothing follows: a delivery that worked, a *this is no spam*."""
    is_known = report.text in {bounces.NO_FAILURE, _NOT_SPAM}
    return report.kind is BounceKind.OTHER and is_known


def _why(report: bounces.BounceReport, message: Message, *, is_cut: bool) -> Kept:
    """A letter that was cut lacks its end; that is no damage of its own."""
    if report.kind is not BounceKind.OTHER or report.text:
        return Kept.REPORT
    is_persons = str(message.get("From", "")).strip() and (is_cut or not message.defects)
    return Kept.LETTER if is_persons else Kept.UNREAD


def _unsubscribe(
    row: Handover | Mail | None, message: Message, report: bounces.BounceReport
) -> str:
    """Whatever the message says, writing to this address means *no more* - unless a machine wrote it.

    Apple's Mail calls what it sends for its reader an auto-reply, but keeps the subject we asked for.
    """
    if not isinstance(row, Handover):
        return "ignored"
    submitted = str(message.get("Auto-Submitted", "no")).strip().lower()
    is_machines = submitted != "no" or report.kind is not BounceKind.OTHER
    if is_machines and str(message.get("Subject", "")).strip().lower() != _ASKED_SUBJECT:
        return "ignored"
    _turn_off(row, SuppressionReason.UNSUBSCRIBE)
    return "unsubscribed"


def _reported(row: Handover | Mail, report: bounces.BounceReport) -> str:
    if report.kind is BounceKind.COMPLAINT:
        return _complained(row)
    if isinstance(row, Mail):
        return _about_letter(row, report)
    return _returned(row, report)


def _complained(row: Handover | Mail) -> str:
    """Nothing more is sent to whoever calls it spam, from that shop; receipts still come."""
    merchant = row.mailing.merchant if isinstance(row, Handover) else row.merchant
    if merchant is None:  # mail of the installation to somebody who signs in: nothing to withdraw
        return "complaint"
    suppress(address=row.address, merchant=merchant, reason=SuppressionReason.COMPLAINT)
    if isinstance(row, Handover):
        _turn_off(row, SuppressionReason.COMPLAINT)
        note_complaint(row)
    return "complaint"


def _returned(row: Handover, report: bounces.BounceReport) -> str:
    # Marked before it is counted: a letter that came back is no letter that arrived.
    if report.kind is BounceKind.HARD:
        _mark_returned(row, HandoverState.BOUNCED, report.text)
    elif report.cause in bounces.OURS and _mark_returned(row, HandoverState.FAILED, report.text):
        note_returned(row.mailing, row.address, report.cause, report.text)
    if report.kind in {BounceKind.HARD, BounceKind.SOFT}:
        note_bounce(merchant_id=row.mailing.merchant_id, address=row.address, kind=report.kind)
    return report.kind.value


def _mark_returned(row: Handover, state: HandoverState, text: str) -> bool:
    """Sent, as the relay said; returned, as we know now. False when that was known already."""
    changed = Handover.objects.filter(
        pk=row.pk, state__in=(HandoverState.SENT, HandoverState.UNCERTAIN)
    ).update(state=state, response=text[:300], settled_at=clock.now())
    if changed:
        before = "sent" if row.state == HandoverState.SENT else "uncertain"
        Mailing.objects.filter(pk=row.mailing_id).update(
            **{before: F(before) - 1, state.value: F(state.value) + 1}
        )
    return bool(changed)


def _about_letter(mail: Mail, report: bounces.BounceReport) -> str:
    if report.kind is BounceKind.HARD:
        Mail.objects.filter(pk=mail.pk, state=HandoverState.SENT).update(
            state=HandoverState.BOUNCED, response=report.text[:300]
        )
    if mail.merchant_id:
        note_bounce(merchant_id=mail.merchant_id, address=mail.address, kind=report.kind)
    return report.kind.value


def _turn_off(row: Handover, why: SuppressionReason) -> None:
    """Ask the source to withdraw the consent; without a source the address itself is suppressed."""
    mailing = row.mailing
    merchant: models.Model = mailing.merchant
    try:
        source = source_of(mailing.kind)
    except UnknownSource:
        suppress(address=row.address, merchant=merchant, reason=why)
        return
    with scope(merchant=merchant):
        source.turned_off(mailing, row.contact_id, row.address, why)
