"""Every message of a conversation: the first, the person's next, the shop's answer and the internal note."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import PERSON, Actor
from tradepost.datamap.vocabulary import Purpose
from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.lib.typed_text import typed
from tradepost.merchants.models import Merchant
from tradepost.orders.actions.numbers import next_number
from tradepost.rights.restrictions.stops import may_process
from tradepost.support.actions.files import keep_files
from tradepost.support.actions.letters import acknowledge, mail_answer, tell_desk
from tradepost.support.models import Conversation, Message
from tradepost.support.types import (
    LONGEST_TEXT,
    ConversationState,
    GivenFile,
    MessageKind,
    NothingSaid,
    PersonStopped,
    SomebodyElseWrote,
    WayIn,
)

NUMBERS, NUMBERS_OF_OPERATOR = "support", "support.operator"  # names of the counters


@dataclass(frozen=True, kw_only=True)
class WordsSaid:
    """What somebody wrote, by whichever way; ``files`` as ``attachments.checked`` gave them.

    ``arrival_key`` is the same for the same thing a second time; ``mail_key``: of a mail's own number.
    """

    text: str
    quoted: str = ""
    files: Sequence[GivenFile] = field(default=())
    arrival_key: str = ""
    mail_key: str = ""


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who writes to the shop; ``email`` normalised."""

    email: str
    name: str = ""
    language: str


def open_conversation(
    *,
    merchant: Merchant | None,
    shop: Merchant | None = None,
    asker: Asker,
    subject: str,
    said: WordsSaid,
    channel: WayIn,
    follows: Conversation | None = None,
    by: Actor = PERSON,
) -> Conversation:
    """Begin a matter; the person is told that the message is here, and the desk that somebody waits. Twice is once.

    Without ``merchant`` a member of ``shop`` asks the operator, signed in, so the address is confirmed.
    ``by``: a member or program of the shop that writes down for somebody; the record says so.
    """
    with transaction.atomic():
        # The counter's lock, held from here on: of two at once with one message the second finds the first's row.
        house = merchant or shop
        assert house is not None
        name = NUMBERS if merchant else NUMBERS_OF_OPERATOR
        number = next_number(merchant=house, name=name)
        if known := _arrived(said):
            transaction.set_rollback(True)
            return known.conversation
        row = Conversation.objects.create(
            merchant=merchant,
            shop=shop,
            confirmed_at=None if merchant else clock.now(),
            number=number,
            subject=typed(subject, 200),
            email=asker.email,
            name=typed(asker.name, 120),
            language=asker.language,
            channel=channel,
            follows=follows,
        )
        _write(row, MessageKind.ASKED, said)
        acknowledge(row)
        tell_desk(row)
        if by != PERSON:
            record(actor=by, action="support.open", target=row, merchant_id=house.pk)
    return row


def hear(*, conversation: Conversation, said: WordsSaid, confirms: bool) -> Message:
    """The person wrote again: it is the shop's turn, also where the matter was closed. Twice is once.

    ``confirms``: it came by a way that only who reads the mailbox knows.
    """
    with transaction.atomic():
        row = lock(conversation)
        if known := _arrived(said):
            return known
        message = _write(row, MessageKind.ASKED, said)
        was_open = row.state == ConversationState.OPEN
        row.state, row.closed_at, row.last_at = ConversationState.OPEN, None, message.at
        if confirms and row.confirmed_at is None:
            row.confirmed_at = message.at
        row.save(update_fields=["state", "closed_at", "last_at", "confirmed_at"])
        if not was_open:
            tell_desk(row)
    return message


def answer(
    *,
    conversation: Conversation,
    said: WordsSaid,
    by: Actor,
    author: User | None = None,
    seen: Message | None = None,
) -> Message:
    """The shop's answer: mailed, and shown on the person's page; then it is the person's turn.

    ``seen``: the newest message that the writer has read; without it nobody is asked.

    Raises: NothingSaid; PersonStopped; SomebodyElseWrote, when the conversation has gone on since ``seen``.
    """
    with transaction.atomic():
        row = lock(conversation)
        _refuse_if_stopped(row)
        _refuse_stale(row, seen)
        message = _write(row, MessageKind.ANSWER, said, author)
        row.state, row.closed_at, row.last_at = ConversationState.ANSWERED, None, message.at
        if row.assigned_to_id is None:
            row.assigned_to = author
        row.save(update_fields=["state", "closed_at", "last_at", "assigned_to"])
        mail_answer(message, list(message.files.all()))
        record(actor=by, action="support.answer", target=row, merchant_id=row.merchant_id)
    return message


def note(
    *, conversation: Conversation, said: WordsSaid, by: Actor, author: User | None = None
) -> Message:
    """For the desk alone: neither mailed nor on the person's page; it stands in the copy of their data.

    Raises: NothingSaid; PersonStopped.
    """
    with transaction.atomic():
        row = lock(conversation)
        _refuse_if_stopped(row)
        message = _write(row, MessageKind.NOTE, said, author)
        record(actor=by, action="support.note", target=row, merchant_id=row.merchant_id)
    return message


def lock(conversation: Conversation) -> Conversation:
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("merchant", "shop")
    return rows.get(pk=conversation.pk)


def _refuse_if_stopped(row: Conversation) -> None:
    """Raises: PersonStopped."""
    if not may_process(row.merchant, row.email, Purpose.SUPPORT):
        raise PersonStopped


def _refuse_stale(row: Conversation, seen: Message | None) -> None:
    """Notes count as well: they may say why not to answer so. Raises: SomebodyElseWrote."""
    if seen is not None and row.messages.filter(pk__gt=seen.pk).exists():
        raise SomebodyElseWrote


def _arrived(said: WordsSaid) -> Message | None:
    if not said.arrival_key:
        return None
    rows = Message.objects.select_related("conversation")
    return rows.filter(arrival_key=said.arrival_key).first()


def _write(
    row: Conversation, kind: MessageKind, said: WordsSaid, author: User | None = None
) -> Message:
    """Raises: NothingSaid."""
    text = typed(said.text, LONGEST_TEXT)
    if not text and not said.files:
        raise NothingSaid
    message = Message.objects.create(
        conversation=row,
        kind=kind,
        text=text,
        quoted=typed(said.quoted, LONGEST_TEXT),
        author=author,
        at=clock.now(),
        arrival_key=said.arrival_key,
        mail_key=said.mail_key,
    )
    if said.files:
        keep_files(message, said.files, row.merchant_id or 0)
    return message
