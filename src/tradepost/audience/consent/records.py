"""Consent: recording it, withdrawing it, asking for it. Nothing else writes consent records."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet

from tradepost.audience.models import ConsentRecord, ConsentWording, ContactList, ListMembership
from tradepost.audience.types import Confirmation, ConsentKind, ContactSource, MembershipState
from tradepost.datamap.subjects import email_key
from tradepost.lib import clock
from tradepost.lib.addresses import normalise_email, truncate_ip
from tradepost.lib.typed_text import without_secrets
from tradepost.merchants.models import Merchant


def wording(*, merchant: Merchant, kind: ConsentKind, text: str) -> ConsentWording:
    """The version that says exactly this; a text not used before becomes the next version."""
    text = without_secrets(text).strip()
    with transaction.atomic():
        Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
        versions = ConsentWording.objects.filter(merchant=merchant, kind=kind)
        known = versions.filter(text=text).first()
        if known:
            return known
        last = versions.aggregate(last=Max("version"))["last"] or 0
        return ConsentWording.objects.create(
            merchant=merchant, kind=kind, text=text, version=last + 1
        )


def record_consent(
    *,
    merchant: Merchant,
    email: str,
    kind: ConsentKind,
    wording: ConsentWording,
    source: ContactSource,
    confirmed_by: Confirmation,
    contact_list: ContactList | None = None,
    where: str = "",
    network: str = "",
    at: datetime | None = None,
) -> ConsentRecord:
    """Write down who agreed to what, where, when, and how it was confirmed.

    The address is kept as a keyed hash, the network truncated. A consent to the same thing that is
    still in force is returned instead of a second one.

    Raises:
        InvalidEmail
    """
    key = email_key(normalise_email(email))
    known = consents_in_force(merchant=merchant, keys=[key], kind=kind).filter(
        contact_list=contact_list
    )
    return known.first() or ConsentRecord.objects.create(
        merchant=merchant,
        email_key=key,
        kind=kind,
        wording=wording,
        contact_list=contact_list,
        source=source,
        where=where[:200],
        confirmed_by=confirmed_by.value,
        network=truncate_ip(network),
        given_at=at or clock.now(),
    )


def withdraw_consent(
    *,
    merchant: Merchant,
    email: str,
    kind: ConsentKind,
    how: str,
    contact_list: ContactList | None = None,
) -> int:
    """End every consent of this kind (to one list, or to all); returns how many were in force.

    Memberships that rest on a withdrawn consent end with it.

    Raises:
        InvalidEmail
    """
    address = normalise_email(email)
    ending = consents_in_force(merchant=merchant, keys=[email_key(address)], kind=kind)
    if contact_list is not None:
        ending = ending.filter(contact_list=contact_list)
    with transaction.atomic():
        numbers = list(ending.select_for_update().values_list("pk", flat=True))
        # By contact as well as consent: a contact has few memberships, the index finds them.
        return end_consents(
            numbers, at=clock.now(), how=how, contact__email=address, merchant=merchant
        )


def end_consents(numbers: list[int], *, at: datetime, how: str, **whose: object) -> int:
    """End these records, and the memberships that rest on them; ``whose`` helps to find those."""
    with transaction.atomic():
        ListMembership._base_manager.filter(
            **whose, consent_id__in=numbers, state=MembershipState.SUBSCRIBED
        ).update(state=MembershipState.UNSUBSCRIBED, ended_at=at)
        return ConsentRecord._base_manager.filter(pk__in=numbers).update(
            withdrawn_at=at, withdrawn_how=how[:60]
        )


def consents_in_force(
    *, merchant: Merchant, keys: Iterable[str], kind: ConsentKind
) -> QuerySet[ConsentRecord]:
    return ConsentRecord.objects.filter(
        merchant=merchant, email_key__in=list(keys), kind=kind, withdrawn_at__isnull=True
    )


def consenting_keys(*, merchant: Merchant, keys: Iterable[str], kind: ConsentKind) -> set[str]:
    """Which of these people agree to this now. One query; ask in slices of some hundred."""
    in_force = consents_in_force(merchant=merchant, keys=keys, kind=kind)
    return set(in_force.values_list("email_key", flat=True))


def has_consent(*, merchant: Merchant, email: str, kind: ConsentKind) -> bool:
    key = email_key(normalise_email(email))
    return bool(consenting_keys(merchant=merchant, keys=[key], kind=kind))


def keys_that_left(
    *, merchant: Merchant, keys: Iterable[str], contact_list: ContactList
) -> set[str]:
    """People who withdrew their consent to this list, or to all news, and have not given it since."""
    keys = list(keys)
    records = ConsentRecord.objects.filter(
        merchant=merchant, email_key__in=keys, kind=ConsentKind.NEWSLETTER
    ).values_list("email_key", "contact_list_id", "withdrawn_at")
    left, stayed = set(), set()
    for key, list_id, withdrawn_at in records:
        if withdrawn_at is None:
            stayed.add((key, list_id))
        else:
            left.add((key, list_id))
    everywhere = {key for key, _list in left} - {key for key, _list in stayed}
    here = {key for key, list_id in left if list_id == contact_list.pk}
    return {key for key in everywhere | here if (key, contact_list.pk) not in stayed}
