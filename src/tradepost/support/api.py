"""Conversations in the REST API."""

from datetime import datetime

from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError
from ninja.pagination import paginate
from pydantic import field_validator

from tradepost.audit.types import Actor
from tradepost.datamap.vocabulary import Purpose
from tradepost.lib.addresses import InvalidEmail, normalise_email
from tradepost.merchants.rest.auth import ApiRequest, TokenAuth, api_view
from tradepost.merchants.rest.bodies import Input
from tradepost.merchants.rest.idempotency import idempotent
from tradepost.merchants.rest.pages import SeenPages
from tradepost.rights.queries import UseStopped, refuse_stopped, stopped_addresses
from tradepost.support.actions import handle, write
from tradepost.support.actions.record_view import note_list, note_look
from tradepost.support.models import Conversation, Message
from tradepost.support.queries import (
    ConversationFilter,
    conversations_of,
    messages_of,
    with_desk,
)
from tradepost.support.types import (
    LONGEST_TEXT,
    ConversationState,
    MessageKind,
    SupportRefusal,
    WayIn,
)

router = Router(tags=["support"])


class FileOut(Schema):
    id: str = Field(alias="public_id")
    name: str
    media_type: str
    size: int


class MessageOut(Schema):
    id: str = Field(alias="public_id")
    kind: MessageKind
    text: str
    quoted: str
    at: datetime
    files: list[FileOut]

    @staticmethod
    def resolve_files(row: Message) -> list[object]:
        return list(row.files.all())


class ConversationOut(Schema):
    id: str = Field(alias="public_id")
    number: int
    subject: str
    email: str
    name: str
    state: ConversationState
    channel: WayIn
    opened_at: datetime
    last_at: datetime
    is_confirmed: bool
    tags: list[str]

    @staticmethod
    def resolve_is_confirmed(row: Conversation) -> bool:
        return row.confirmed_at is not None

    @staticmethod
    def resolve_tags(row: Conversation) -> list[str]:
        return [tag.word for tag in row.tags.all()]


class ThreadOut(ConversationOut):
    messages: list[MessageOut]

    @staticmethod
    def resolve_messages(row: Conversation) -> list[Message]:
        return list(messages_of(row))


class ConversationQuery(Schema):
    state: ConversationState | None = None
    tag: str = Field("", max_length=40)
    search: str = Field("", max_length=254)


class ConversationIn(Input):
    """A program writes down what a customer asked: by telephone, or in another shop system."""

    email: str = Field(max_length=254)
    name: str = Field("", max_length=120)
    subject: str = Field(max_length=200)
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)

    @field_validator("email")
    @classmethod
    def an_address(cls, value: str) -> str:
        """Raises: ValueError."""
        try:
            return normalise_email(value)
        except InvalidEmail:
            raise ValueError("This is not an e-mail address.") from None


class AnswerIn(Input):
    """``seen``: id of the newest message that was read; if the conversation has gone on since, nothing is sent."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    seen: str = Field("", max_length=40)


class NoteIn(Input):
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)


class ChangeIn(Input):
    """What is left out stays as it is."""

    closed: bool | None = None
    tags: list[str] | None = Field(None, max_length=handle.MOST_TAGS)


@router.get("/conversations", auth=TokenAuth("support:read"), response=list[ConversationOut])
@paginate(SeenPages, page_size=50)
@api_view("support:read")
def list_conversations(request: ApiRequest, wanted: Query[ConversationQuery]) -> object:
    """Newest message first; narrowed by state, tag, and number or address."""
    chosen = ConversationFilter(state=wanted.state or "", tag=wanted.tag, search=wanted.search)
    request.look = note_list(merchant=request.merchant, by=Actor.token(request.token))
    stopped = stopped_addresses(request.merchant, Purpose.SUPPORT)
    return with_desk(conversations_of(request.merchant, chosen).exclude(email__in=stopped))


@router.post("/conversations", auth=TokenAuth("support:write"), response=ThreadOut)
@idempotent
@api_view("support:write")
def open_conversation(request: ApiRequest, given: ConversationIn) -> Conversation:
    _refuse_if_stopped(request, given.email)
    asker = write.Asker(email=given.email, name=given.name, language=request.merchant.language)
    return write.open_conversation(
        merchant=request.merchant,
        asker=asker,
        subject=given.subject,
        said=write.WordsSaid(text=given.text),
        channel=WayIn.API,
        by=Actor.token(request.token),
    )


@router.get("/conversations/{conversation_id}", auth=TokenAuth("support:read"), response=ThreadOut)
@api_view("support:read")
def get_conversation(request: ApiRequest, conversation_id: str) -> Conversation:
    row, by = _row(request, conversation_id), Actor.token(request.token)
    note_look(merchant=request.merchant, by=by, what="conversation", conversation=row)
    return row


@router.post(
    "/conversations/{conversation_id}/answer", auth=TokenAuth("support:write"), response=MessageOut
)
@idempotent
@api_view("support:write")
def answer(request: ApiRequest, conversation_id: str, given: AnswerIn) -> Message:
    """Mails the customer."""
    row, by = _row(request, conversation_id), Actor.token(request.token)
    seen = Message.get_or_404(given.seen, conversation=row) if given.seen else None
    try:
        return write.answer(
            conversation=row, said=write.WordsSaid(text=given.text), by=by, seen=seen
        )
    except SupportRefusal as refusal:
        raise HttpError(409, str(refusal.in_words)) from None


@router.post(
    "/conversations/{conversation_id}/note", auth=TokenAuth("support:write"), response=MessageOut
)
@idempotent
@api_view("support:write")
def note(request: ApiRequest, conversation_id: str, given: NoteIn) -> Message:
    """For the desk alone."""
    row, by = _row(request, conversation_id), Actor.token(request.token)
    try:
        return write.note(conversation=row, said=write.WordsSaid(text=given.text), by=by)
    except SupportRefusal as refusal:
        raise HttpError(409, str(refusal.in_words)) from None


@router.patch(
    "/conversations/{conversation_id}", auth=TokenAuth("support:write"), response=ThreadOut
)
@api_view("support:write")
def change(request: ApiRequest, conversation_id: str, given: ChangeIn) -> Conversation:
    """Close it, open it again, or tag it."""
    row, by = _row(request, conversation_id), Actor.token(request.token)
    if given.tags is not None:
        handle.set_tags(conversation=row, words=given.tags, by=by)
    if given.closed is not None:
        act = handle.close if given.closed else handle.reopen
        act(conversation=row, by=by)
    row.refresh_from_db()
    return row


def _row(request: ApiRequest, conversation_id: str) -> Conversation:
    """Raises: Http404; HttpError, if the person stopped the use of their data."""
    row = Conversation.get_or_404(conversation_id, merchant=request.merchant)
    _refuse_if_stopped(request, row.email)
    return row


def _refuse_if_stopped(request: ApiRequest, address: str) -> None:
    try:
        refuse_stopped(request.merchant, address, Purpose.SUPPORT)
    except UseStopped as stopped:
        raise HttpError(403, str(stopped)) from None
