"""Every read of the audience that a screen, an export, the API or an upper room needs."""

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tradepost.audience.models import (
    ConsentRecord,
    Contact,
    ContactList,
    CustomField,
    ListMembership,
    Segment,
)
from tradepost.audience.segments import segment_queryset
from tradepost.audience.types import ConsentKind, MembershipState
from tradepost.datamap.vocabulary import Purpose
from tradepost.merchants.models import Merchant
from tradepost.privacy.models import Stop

PURPOSE_OF = {
    ConsentKind.NEWSLETTER: Purpose.NEWSLETTERS,
    ConsentKind.TRACKING: Purpose.NEWSLETTERS,
    ConsentKind.PROMOTIONS: Purpose.PROMOTIONS,
}


def mailable_contacts(
    *,
    merchant: Merchant,
    contact_list: ContactList | None = None,
    segment: Segment | None = None,
    kind: ConsentKind = ConsentKind.NEWSLETTER,
) -> QuerySet[Contact]:
    """Who may be written to now: consent in force, no restriction, no objection.

    News needs a subscription to ``contact_list`` (or to any list) whose consent was not withdrawn;
    promotions need their own consent. An order alone is neither. Suppression is asked by the mail
    engine at the moment of sending.
    """
    contacts = Contact.objects.filter(merchant=merchant)
    if segment is not None:
        contacts = segment_queryset(segment)
    if contact_list is not None or kind is ConsentKind.NEWSLETTER:
        contacts = contacts.filter(Exists(_subscription(contact_list)))
    if kind is not ConsentKind.NEWSLETTER:
        contacts = contacts.filter(Exists(_own_consent(merchant, kind)))
    return contacts.exclude(Exists(_stops(merchant, kind)))


def may_be_mailed(
    *,
    merchant: Merchant,
    contact_ids: Iterable[int],
    contact_list: ContactList | None = None,
    kind: ConsentKind = ConsentKind.NEWSLETTER,
) -> set[int]:
    """Of these contacts, those that consent at this moment. One query; ask in slices of hundreds."""
    contacts = mailable_contacts(merchant=merchant, contact_list=contact_list, kind=kind)
    return set(contacts.filter(pk__in=list(contact_ids)).values_list("pk", flat=True))


def tracked_contacts(*, merchant: Merchant, contact_ids: Iterable[int]) -> set[int]:
    """Of these contacts, those who agreed to have opens and clicks measured per person."""
    contacts = Contact.objects.filter(merchant=merchant, pk__in=list(contact_ids))
    agreed = contacts.filter(Exists(_own_consent(merchant, ConsentKind.TRACKING)))
    return set(agreed.values_list("pk", flat=True))


def _subscription(contact_list: ContactList | None) -> QuerySet[ListMembership]:
    rows = ListMembership.objects.filter(
        contact=OuterRef("pk"),
        state=MembershipState.SUBSCRIBED,
        consent__withdrawn_at__isnull=True,
        consent__kind=ConsentKind.NEWSLETTER,
    )
    return rows if contact_list is None else rows.filter(contact_list=contact_list)


def _own_consent(merchant: Merchant, kind: ConsentKind) -> QuerySet[ConsentRecord]:
    return ConsentRecord.objects.filter(
        merchant=merchant,
        email_key=OuterRef("email_key"),
        kind=kind,
        withdrawn_at__isnull=True,
    )


def _stops(merchant: Merchant, kind: ConsentKind) -> QuerySet[Stop]:
    return Stop.objects.filter(
        Q(merchant=merchant) | Q(merchant__isnull=True),
        subject_key=OuterRef("email_key"),
        purpose__in=["", PURPOSE_OF[kind].value],
        lifted_at__isnull=True,
    )


def lists_with_counts(merchant: Merchant) -> QuerySet[ContactList]:
    """Each with ``subscribers``, the number subscribed now."""
    subscribed = Q(memberships__state=MembershipState.SUBSCRIBED)
    return ContactList.objects.filter(merchant=merchant).annotate(
        subscribers=Count("memberships", filter=subscribed)
    )


def custom_fields(merchant: Merchant) -> QuerySet[CustomField]:
    return CustomField.objects.filter(merchant=merchant)


def contact_by_email(*, merchant: Merchant, email: str) -> Contact | None:
    """``email`` is normalised."""
    return Contact.objects.filter(merchant=merchant, email=email).first()
