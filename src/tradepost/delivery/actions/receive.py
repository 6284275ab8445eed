"""What is done about mail that comes in at the addresses the engine hands out."""

from email.message import Message

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from tradepost.delivery import bounces, trouble
from tradepost.delivery.actions.suppress import suppress
from tradepost.delivery.models import Handover, Mail, Mailing
from tradepost.delivery.queries import mail_domain
from tradepost.delivery.scores import note_bounce
from tradepost.delivery.sources import UnknownSource, source_of
from tradepost.delivery.tokens import BadToken, read_token
from tradepost.delivery.types import BounceKind, State, SuppressionReason


class NotOurs(LookupError):
    """No mail is taken for this address."""


def is_ours(recipient: str) -> bool:
    """Whether the address is one that the engine handed out: a signed token at our domain."""
    try:
        _parse(recipient)
    except NotOurs:
        return False
    return True


def receive(*, recipient: str, content: bytes) -> str:
    """Act on a message to a return path or an unsubscribe address; returns what was done, in a word.

    Twice is once. Raises: NotOurs.
    """
    use, table, number = _parse(recipient)
    message = bounces.email_of(content)
    with scopes_disabled(), transaction.atomic():
        if table == "mail":
            return _about_letter(number, message) if use == "bounce" else "ignored"
        row = (
            Handover.objects.select_related("mailing__merchant")
            .select_for_update(of=("self",))
            .filter(pk=number)
            .first()
        )
        if row is None:
            return "forgotten"
        return _unsubscribe(row, message) if use == "unsubscribe" else _returned(row, message)


def _parse(recipient: str) -> tuple[str, str, int]:
    local, _, domain = recipient.lower().rpartition("@")
    mark, _, token = local.partition("-")
    if domain != mail_domain().lower() or mark not in {"b", "u"}:
        raise NotOurs(recipient)
    try:
        if mark == "b":
            return ("bounce", *read_token("bounce", token))
        return ("unsubscribe", *read_token("unsubscribe", token))
    except BadToken:
        raise NotOurs(recipient) from None


def _unsubscribe(row: Handover, message: Message) -> str:
    """Whatever the message says, writing to this address means *no more* - unless a machine wrote it."""
    if str(message.get("Auto-Submitted", "no")).lower() != "no":
        return "ignored"
    _turn_off(row, SuppressionReason.UNSUBSCRIBE)
    return "unsubscribed"


def _returned(row: Handover, message: Message) -> str:
    report = bounces.read(message)
    if report.kind is BounceKind.COMPLAINT:
        suppress(
            address=row.address, merchant=row.mailing.merchant, reason=SuppressionReason.COMPLAINT
        )
        _turn_off(row, SuppressionReason.COMPLAINT)
        return "complaint"
    if report.kind in {BounceKind.HARD, BounceKind.SOFT}:
        note_bounce(merchant_id=row.mailing.merchant_id, address=row.address, kind=report.kind)
    if report.kind is BounceKind.HARD:
        _mark_returned(row, State.BOUNCED, report.text)
    elif report.cause in bounces.OURS and _mark_returned(row, State.FAILED, report.text):
        trouble.note_returned(row.mailing, row.address, report.cause, report.text)
    return report.kind.value


def _mark_returned(row: Handover, state: State, text: str) -> bool:
    """Sent, as the relay said; returned, as we know now. False when that was known already."""
    changed = Handover.objects.filter(pk=row.pk, state__in=(State.SENT, State.UNCERTAIN)).update(
        state=state, response=text[:300], settled_at=timezone.now()
    )
    if changed:
        before = "sent" if row.state == State.SENT else "uncertain"
        Mailing.objects.filter(pk=row.mailing_id).update(
            **{before: F(before) - 1, state.value: F(state.value) + 1}
        )
    return bool(changed)


def _about_letter(number: int, message: Message) -> str:
    report = bounces.read(message)
    mail = Mail.objects.filter(pk=number).first()
    if mail and report.kind is BounceKind.HARD:
        Mail.objects.filter(pk=number, state=State.SENT).update(
            state=State.BOUNCED, response=report.text[:300]
        )
    if mail and mail.merchant_id:
        note_bounce(merchant_id=mail.merchant_id, address=mail.address, kind=report.kind)
    return report.kind.value


def _turn_off(row: Handover, why: SuppressionReason) -> None:
    """Ask the source to withdraw the consent; without a source the address itself is suppressed."""
    mailing = row.mailing
    try:
        source = source_of(mailing.kind)
    except UnknownSource:
        suppress(address=row.address, merchant=mailing.merchant, reason=why)
        return
    with scope(merchant=mailing.merchant):
        source.turned_off(mailing, row.contact_id, row.address, why)
