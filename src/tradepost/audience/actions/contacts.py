"""Writing contacts and their memberships."""

from django.db import transaction

from tradepost.audience.consent.records import withdraw_consent
from tradepost.audience.custom_fields import clean_fields
from tradepost.audience.fields.table import kept, said_of
from tradepost.audience.models import (
    ConsentRecord,
    Contact,
    ContactList,
    CustomField,
    ListMembership,
)
from tradepost.audience.types import (
    CONTACTS_METER,
    ConsentKind,
    ContactSource,
    InvalidContact,
    MembershipState,
)
from tradepost.audit.actions import record
from tradepost.audit.types import Actor, ActorKind
from tradepost.billing.meters import AllowanceReached, require_room
from tradepost.datamap.held import refuse_held
from tradepost.datamap.subjects import email_key
from tradepost.datamap.vocabulary import Purpose
from tradepost.lib import clock
from tradepost.lib.addresses import InvalidEmail, normalise_email
from tradepost.merchants.models import Merchant
from tradepost.rights.actions.letters import tell_of_change
from tradepost.rights.queries import UseStopped, refuse_stopped
from tradepost.ui.problems import problem_of


def upsert_contact(
    *,
    merchant: Merchant,
    email: str,
    source: ContactSource,
    by: Actor,
    fields: dict[str, object] | None = None,
    **said: str,
) -> Contact:
    """Create the contact, or fill in what is ``said`` now by the names of ``CONTACT_FIELDS``; what is
    left empty stays as it was.

    Being a contact is no consent: see ``actions.subscribe``.

    Raises:
        InvalidContact
    """
    address = checked_address(email)
    answers = clean_fields(fields or {}, CustomField.objects.filter(merchant=merchant))
    with transaction.atomic():
        _refuse_beyond_plan(merchant, address, by)
        contact, is_new = Contact.objects.select_for_update().get_or_create(
            merchant=merchant,
            email=address,
            defaults={"email_key": email_key(address), "source": source},
        )
        before = None if is_new else _said_by(contact)
        _refuse_if_stopped(merchant, address, by)
        for name, text in kept(said).items():
            setattr(contact, name, text or getattr(contact, name))
        contact.fields = contact.fields | answers
        contact.last_active_at = clock.now()
        contact.save()
        if before not in (None, _said_by(contact)):
            _tell(contact, address, by)
        verb = "audience.add_contact" if is_new else "audience.change_contact"
        record(actor=by, action=verb, target=contact, merchant_id=merchant.pk)
    return contact


def change_contact(
    *,
    contact: Contact,
    by: Actor,
    email: str | None = None,
    fields: dict[str, object] | None = None,
    **said: str,
) -> Contact:
    """Set exactly these: the address, what is ``said`` by the names of ``CONTACT_FIELDS``, and ``fields``
    (the whole set of answers). What is left out stays.

    Raises:
        InvalidContact: a value does not fit, or the new address is another contact's.
    """
    with transaction.atomic():
        contact = Contact.objects.select_for_update().get(pk=contact.pk)
        before, known_as = _said_by(contact), contact.email
        _refuse_if_stopped(contact.merchant, contact.email, by)
        if email is not None:
            _move_to(contact, checked_address(email))
        if fields is not None:
            questions = CustomField.objects.filter(merchant_id=contact.merchant_id)
            contact.fields = clean_fields(fields, questions)
        for name, text in kept(said).items():
            setattr(contact, name, text)
        contact.save()
        beside = {"email": email, "fields": fields}.items()
        changed = {*said, *(name for name, value in beside if value is not None)}
        record(
            actor=by,
            action="audience.change_contact",
            target=contact,
            merchant_id=contact.merchant_id,
            detail={"changed": sorted(changed)},
        )
        if _said_by(contact) != before:
            _tell(contact, known_as, by)
    return contact


def delete_contact(*, contact: Contact, by: Actor) -> None:
    """Contact and memberships go, consents end; their records stay as evidence, under a hash.

    Raises: HeldRecord, while a hold stands on it or on what would go with it.
    """
    refuse_held(contact)
    with transaction.atomic():
        record(
            actor=by,
            action="audience.delete_contact",
            target=contact,
            merchant_id=contact.merchant_id,
        )
        for kind in ConsentKind:
            withdraw_consent(
                merchant=contact.merchant, email=contact.email, kind=kind, how="contact deleted"
            )
        contact.delete()
        _tell(contact, contact.email, by, what="deleted")


def _said_by(contact: Contact) -> tuple[object, ...]:
    """What makes a change one that the person is told of."""
    return contact.email, said_of(contact), dict(contact.fields)


def _refuse_if_stopped(merchant: Merchant, email: str, by: Actor) -> None:
    """The person may always change what is theirs. Raises: InvalidContact, for everybody else."""
    if by.kind in {ActorKind.USER, ActorKind.TOKEN}:
        try:
            refuse_stopped(merchant, email, Purpose.NEWSLETTERS)
        except UseStopped as stopped:
            raise InvalidContact({"email": str(stopped)}) from None


def _refuse_beyond_plan(merchant: Merchant, email: str, by: Actor) -> None:
    """People who sign up themselves are never turned away. Raises: InvalidContact."""
    ours = by.kind in {ActorKind.USER, ActorKind.TOKEN}
    if not ours or Contact.objects.filter(merchant=merchant, email=email).exists():
        return
    try:
        require_room(merchant=merchant, meter=CONTACTS_METER)
    except AllowanceReached as full:
        raise InvalidContact({"email": full.in_words}) from None


def _tell(contact: Contact, email: str, by: Actor, what: str = "changed") -> None:
    tell_of_change(
        merchant=contact.merchant, emails=[email], what=what, by=by, language=contact.language
    )


def put_on_list(*, contact: Contact, contact_list: ContactList, consent: ConsentRecord) -> None:
    """Subscribed from now on, by this consent. Twice is once."""
    ListMembership.objects.update_or_create(
        contact_list=contact_list,
        contact=contact,
        defaults={
            "merchant_id": contact.merchant_id,
            "state": MembershipState.SUBSCRIBED,
            "consent": consent,
            "ended_at": None,
            "reason": "",
        },
        create_defaults={
            "merchant_id": contact.merchant_id,
            "state": MembershipState.SUBSCRIBED,
            "consent": consent,
        },
    )


def checked_address(email: str) -> str:
    """Raises: InvalidContact."""
    try:
        return normalise_email(email)
    except InvalidEmail as error:
        raise InvalidContact({"email": problem_of(error)}) from None


def _move_to(contact: Contact, address: str) -> None:
    """A consent was given by an address; a new address starts without one."""
    if address == contact.email:
        return
    if Contact.objects.filter(merchant_id=contact.merchant_id, email=address).exists():
        raise InvalidContact({"email": "Another contact has this address."})
    for kind in ConsentKind:
        withdraw_consent(
            merchant=contact.merchant, email=contact.email, kind=kind, how="address changed"
        )
    contact.email, contact.email_key = address, email_key(address)
    contact.memberships.filter(state=MembershipState.SUBSCRIBED).update(
        state=MembershipState.UNSUBSCRIBED, ended_at=clock.now(), reason="address changed"
    )
