"""Contacts and lists in the REST API."""

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema, Status
from ninja.pagination import PageNumberPagination, paginate

from tradepost.audience import queries
from tradepost.audience.actions.contacts import delete_contact, upsert_contact
from tradepost.audience.actions.labels import WHY
from tradepost.audience.actions.setup import NameTaken, save_list
from tradepost.audience.actions.subscribe import subscribe as subscribe_action
from tradepost.audience.actions.suppressions import NotLiftable, ReasonMissing, lift
from tradepost.audience.actions.unsubscribe import unsubscribe as unsubscribe_action
from tradepost.audience.fields.schemas import shows_contact_fields, takes_contact_fields
from tradepost.audience.models import Contact, ContactList, ListMembership
from tradepost.audience.suppressions import SuppressionRow, suppression_of
from tradepost.audience.types import (
    ConsentMissing,
    ContactSource,
    InvalidContact,
    MembershipState,
    PersonUnsubscribed,
)
from tradepost.audit.actions import record
from tradepost.audit.models import Entry
from tradepost.audit.types import Actor
from tradepost.datamap.held import HeldRecord
from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery.models import Suppression
from tradepost.delivery.queries import suppression_key
from tradepost.lib.addresses import InvalidEmail, normalise_email
from tradepost.merchants.rest.auth import ApiRequest, TokenAuth, api_view
from tradepost.merchants.rest.bodies import Input
from tradepost.merchants.rest.idempotency import idempotent
from tradepost.merchants.rest.pages import SeenPages
from tradepost.merchants.rest.problems import problem
from tradepost.rights.queries import UseStopped, refuse_stopped

router = Router()
_READ, _WRITE = "contacts:read", "contacts:write"
_LISTS_READ, _LISTS_WRITE = "lists:read", "lists:write"

Answer = str | int | float | bool | None


class MembershipOut(Schema):
    list_id: str
    list: str
    state: str
    since: datetime

    @staticmethod
    def resolve_list_id(row: ListMembership) -> str:
        return row.contact_list.public_id

    @staticmethod
    def resolve_list(row: ListMembership) -> str:
        return row.contact_list.name


@shows_contact_fields
class AddressedOut(Schema):
    id: str = Field(alias="public_id")
    email: str


class ContactOut(AddressedOut):
    fields: dict[str, object]
    source: str
    created_at: datetime
    lists: list[MembershipOut]

    @staticmethod
    def resolve_lists(row: Contact) -> list[ListMembership]:
        return list(row.memberships.all())


@takes_contact_fields
class AddressedIn(Input):
    email: str = Field(min_length=3, max_length=254)


class ContactIn(AddressedIn):
    """Being a contact is no consent; ``POST /lists/{id}/subscribers`` states one."""

    fields: dict[str, Answer] = Field(default_factory=dict, max_length=200)


class ListOut(Schema):
    id: str = Field(alias="public_id")
    name: str
    description: str
    is_public: bool
    subscribers: int = 0


class ListIn(Input):
    name: str = Field(min_length=1, max_length=80)
    description: str = Field("", max_length=200)
    is_public: bool = True


class SubscriberIn(ContactIn):
    """``consent``: where and when this person agreed; kept as evidence, never empty."""

    consent: str = Field(min_length=3, max_length=1000)


class SuppressionOut(Schema):
    """``may_be_lifted``: what the person asked for only the person takes back, by an opt-in form."""

    email: str
    cause: str
    since: datetime
    may_be_lifted: bool


class LiftIn(Input):
    """``reason`` is kept in the activity record; it names no address."""

    email: str = Field(min_length=3, max_length=254)
    reason: str = Field(min_length=3, max_length=200, pattern=r"^[^@]*$")


class LeaverIn(Input):
    email: str = Field(min_length=3, max_length=254)
    reason: str = Field("", max_length=200)


@router.get("/contacts", auth=TokenAuth(_READ), response=list[ContactOut], tags=["contacts"])
@paginate(SeenPages, page_size=100)
@api_view(_READ)
def list_contacts(
    request: ApiRequest,
    email: Annotated[str, Query(max_length=254)] = "",
    list_id: Annotated[str, Query(max_length=64)] = "",
) -> object:
    """Newest first; of one address, or of one list's subscribers."""
    chosen = ContactList.get_or_404(list_id) if list_id else None
    state = MembershipState.SUBSCRIBED if chosen else ""
    found = queries.find_contacts(merchant=request.merchant, contact_list=chosen, state=state)
    rows = queries.with_lists(queries.usable_contacts(request.merchant, found))
    request.look = _record(request, "audience.look_list")
    return rows.filter(email=email.strip().lower()) if email else rows


@router.get(
    "/contacts/{contact_id}", auth=TokenAuth(_READ), response={200: ContactOut}, tags=["contacts"]
)
@api_view(_READ)
def get_contact(request: ApiRequest, contact_id: str) -> object:
    """403 while the person has stopped the use of their data."""
    row = Contact.get_or_404(contact_id)
    try:
        refuse_stopped(request.merchant, row.email, Purpose.NEWSLETTERS)
    except UseStopped as stopped:
        return problem(403, str(stopped))
    _record(request, "audience.look", row)
    return row


@router.post("/contacts", auth=TokenAuth(_WRITE), response={200: ContactOut}, tags=["contacts"])
@idempotent
@api_view(_WRITE)
def put_contact(request: ApiRequest, data: ContactIn) -> object:
    """Create the contact, or fill in what is said about a known one."""
    try:
        return upsert_contact(
            merchant=request.merchant,
            source=ContactSource.API,
            by=Actor.token(request.token),
            **data.dict(),
        )
    except InvalidContact as error:
        return _invalid(error)


@router.api_operation(
    ["DELETE"],
    "/contacts/{contact_id}",
    auth=TokenAuth(_WRITE),
    response={204: None},
    tags=["contacts"],
)
@api_view(_WRITE)
def remove_contact(request: ApiRequest, contact_id: str) -> object:
    """409 while a hold stands on the contact."""
    try:
        delete_contact(contact=Contact.get_or_404(contact_id), by=Actor.token(request.token))
    except HeldRecord as held:
        return problem(409, str(held))
    return Status(204, None)


@router.get("/lists", auth=TokenAuth(_LISTS_READ), response=list[ListOut], tags=["lists"])
@paginate(PageNumberPagination, page_size=100)
@api_view(_LISTS_READ)
def list_lists(request: ApiRequest) -> object:
    return queries.lists_with_counts(request.merchant)


@router.post("/lists", auth=TokenAuth(_LISTS_WRITE), response={201: ListOut}, tags=["lists"])
@idempotent
@api_view(_LISTS_WRITE)
def create_list(request: ApiRequest, data: ListIn) -> object:
    try:
        created = save_list(merchant=request.merchant, by=Actor.token(request.token), **data.dict())
    except NameTaken:
        return problem(409, "There is a list of this name.")
    return Status(201, created)


@router.post(
    "/lists/{list_id}/subscribers",
    auth=TokenAuth(_WRITE),
    response={200: ContactOut},
    tags=["lists"],
)
@idempotent
@api_view(_WRITE)
def subscribe(request: ApiRequest, list_id: str, data: SubscriberIn) -> object:
    """Put somebody on a list whose consent you hold. Whoever left stays out (409)."""
    target = ContactList.get_or_404(list_id)
    given = data.dict()
    try:
        return subscribe_action(
            merchant=request.merchant,
            contact_list=target,
            consent_text=given.pop("consent"),
            source=ContactSource.API,
            by=Actor.token(request.token),
            **given,
        )
    except InvalidContact as error:
        return _invalid(error)
    except ConsentMissing:
        return problem(422, "Say where the consent comes from.")
    except PersonUnsubscribed:
        return problem(409, "This person left the list; only they can come back.")


@router.post(
    "/lists/{list_id}/unsubscribe",
    auth=TokenAuth(_WRITE),
    response={200: ContactOut},
    tags=["lists"],
)
@idempotent
@api_view(_WRITE)
def unsubscribe(request: ApiRequest, list_id: str, data: LeaverIn) -> object:
    target = ContactList.get_or_404(list_id)
    try:
        email = normalise_email(data.email)
    except InvalidEmail as error:
        return problem(422, str(error))
    row = queries.contact_by_email(merchant=request.merchant, email=email)
    if row is None:
        return problem(404, "There is no such contact.")
    unsubscribe_action(
        contact=row,
        contact_list=target,
        how="API",
        reason=data.reason,
        by=Actor.token(request.token),
    )
    return row


@router.get(
    "/suppressions",
    auth=TokenAuth(_READ),
    response={200: SuppressionOut},
    tags=["contacts"],
)
@api_view(_READ)
def get_suppression(request: ApiRequest, email: Annotated[str, Query(max_length=254)]) -> object:
    """Why nothing is sent to an address; 404 when it may be written to."""
    try:
        found = suppression_of(merchant=request.merchant, address=normalise_email(email))
    except InvalidEmail as error:
        return problem(422, str(error))
    _record(request, "audience.look_suppressions")
    return _said(found) if found else problem(404, "This address is not suppressed.")


@router.post(
    "/suppressions/lift",
    auth=TokenAuth(_WRITE),
    response={204: None},
    tags=["contacts"],
)
@idempotent
@api_view(_WRITE)
def lift_suppression(request: ApiRequest, data: LiftIn) -> object:
    """Write to a mended mailbox again. What the person asked for stays (409)."""
    try:
        key = suppression_key(normalise_email(data.email))
        lift(merchant=request.merchant, key=key, reason=data.reason, by=Actor.token(request.token))
    except InvalidEmail as error:
        return problem(422, str(error))
    except ReasonMissing:
        return problem(422, "Say why the address may be written to again.")
    except Suppression.DoesNotExist:
        return problem(404, "This address is not on your list.")
    except NotLiftable:
        return problem(409, "Only this person can come back, through an opt-in form.")
    return Status(204, None)


def _said(one: SuppressionRow) -> dict[str, object]:
    return {
        "email": one.email,
        "cause": one.cause.value,
        "since": one.since,
        "may_be_lifted": one.may_be_lifted,
    }


def _record(request: ApiRequest, action: str, row: Contact | None = None) -> Entry:
    return record(
        actor=Actor.token(request.token),
        action=action,
        target=row,
        merchant_id=request.merchant.pk,
        reason=WHY.get(action, ""),
    )


def _invalid(error: InvalidContact) -> HttpResponse:
    where = [{"where": [name], "message": text} for name, text in error.errors.items()]
    return problem(422, "The contact does not fit.", errors=where)
