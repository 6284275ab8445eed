"""The second half of double opt-in: the owner of the address pressed the button."""

from django.db import transaction

from tradepost.audience.actions.contacts import put_on_list, upsert_contact
from tradepost.audience.actions.welcome_back import welcome_back
from tradepost.audience.consent import records
from tradepost.audience.events import SubscriptionConfirmed
from tradepost.audience.fields.table import said_of
from tradepost.audience.models import ConsentRecord, ConsentWording, Contact, PendingSubscription
from tradepost.audience.types import Confirmation, ConsentKind, ContactSource, NotConfirmable
from tradepost.audit.actions import record
from tradepost.audit.types import PERSON
from tradepost.modules.events import publish
from tradepost.notice.actions.note_notice import note_notice


def confirm(*, pending: PendingSubscription, network: str = "") -> Contact:
    """Make the contact, record the consents, put it on the list, forget that it was pending.

    Raises:
        NotConfirmable: somebody was quicker, or the week is over.
    """
    with transaction.atomic():
        row = PendingSubscription.objects.select_for_update().filter(pk=pending.pk).first()
        if row is None:
            raise NotConfirmable
        contact = upsert_contact(
            merchant=row.merchant,
            email=row.email,
            source=ContactSource(row.source),
            by=PERSON,
            fields=row.fields,
            **said_of(row),
        )
        given = _consent(row, ConsentKind.NEWSLETTER, row.wording, network)
        if row.tracking_wording:
            _consent(row, ConsentKind.TRACKING, row.tracking_wording, network)
        put_on_list(contact=contact, contact_list=row.contact_list, consent=given)
        record(
            actor=PERSON,
            action="audience.confirm",
            target=contact,
            merchant_id=row.merchant_id,
            detail={"list": row.contact_list_id},
        )
        note_notice(merchant=row.merchant, email=row.email)
        row.delete()
        welcome_back(merchant=row.merchant, address=row.email)
        confirmed = SubscriptionConfirmed(contact_id=contact.pk, list_id=row.contact_list_id)
        publish(confirmed, merchant_id=row.merchant_id)
    return contact


def _consent(
    row: PendingSubscription, kind: ConsentKind, wording: ConsentWording, network: str
) -> ConsentRecord:
    return records.record_consent(
        merchant=row.merchant,
        email=row.email,
        kind=kind,
        wording=wording,
        contact_list=row.contact_list if kind is ConsentKind.NEWSLETTER else None,
        source=ContactSource(row.source),
        where=row.where,
        network=network or row.network,
        confirmed_by=Confirmation.DOUBLE_OPT_IN,
    )
