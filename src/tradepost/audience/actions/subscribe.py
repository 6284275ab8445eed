"""Joining a list: asked for by a person (who must confirm), or stated by the merchant."""

from datetime import timedelta

from django.db import transaction
from django_scopes import scopes_disabled

from tradepost.audience.actions.contacts import checked_address, put_on_list, upsert_contact
from tradepost.audience.actions.welcome_back import MAY_COME_BACK
from tradepost.audience.consent import records
from tradepost.audience.custom_fields import clean_fields
from tradepost.audience.fields.table import kept_before_confirming, said_of
from tradepost.audience.links import confirm_url
from tradepost.audience.models import (
    ConsentWording,
    Contact,
    ContactList,
    CustomField,
    ListMembership,
    PendingSubscription,
)
from tradepost.audience.types import (
    Confirmation,
    ConsentKind,
    ConsentMissing,
    ContactSource,
    MembershipState,
    PersonUnsubscribed,
)
from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.datamap.subjects import email_key
from tradepost.delivery.actions import queue_mail
from tradepost.delivery.queries import is_suppressed
from tradepost.lib import clock
from tradepost.lib.addresses import truncate_ip
from tradepost.merchants.models import Merchant

ONE_MAIL_EVERY = timedelta(days=1)
MAILS_A_DAY_FROM_ALL_SHOPS = 5


def ask_to_subscribe(
    *,
    merchant: Merchant,
    email: str,
    contact_list: ContactList,
    wording: ConsentWording,
    source: ContactSource,
    tracking_wording: ConsentWording | None = None,
    fields: dict[str, object] | None = None,
    where: str = "",
    network: str = "",
    **said: str,
) -> None:
    """Somebody typed this address: ask its owner by mail, once a day at most. ``said``: what they said
    of themselves, by the names of ``CONTACT_FIELDS``.

    Returns nothing, whether the address is new, known, subscribed or suppressed, so that nobody can
    use a form to find out. No contact is made before the owner confirms.

    Raises:
        InvalidContact
    """
    address = checked_address(email)
    answers = clean_fields(fields or {}, CustomField.objects.filter(merchant=merchant))
    kept: dict[str, object] = kept_before_confirming(said) | {
        "fields": answers,
        "wording": wording,
        "tracking_wording": tracking_wording,
        "source": source,
        "where": where[:200],
        "network": truncate_ip(network),
        "asked_at": clock.now(),
    }
    with transaction.atomic():
        pending, is_new = PendingSubscription.objects.select_for_update().get_or_create(
            merchant=merchant, email=address, contact_list=contact_list, defaults=kept
        )
        if not is_new:
            _say_again(pending, kept)
        if _may_be_mailed(pending):
            _mail(pending)


def subscribe(
    *,
    merchant: Merchant,
    email: str,
    contact_list: ContactList,
    consent_text: str,
    source: ContactSource,
    by: Actor,
    where: str = "",
    fields: dict[str, object] | None = None,
    **said: str,
) -> Contact:
    """Put somebody on a list whose consent the merchant holds and states (``consent_text``).

    Raises:
        ConsentMissing: no source of the consent is stated.
        PersonUnsubscribed: the person left; only the opt-in form brings them back.
        InvalidContact
    """
    if not consent_text.strip():
        raise ConsentMissing
    key = email_key(checked_address(email))
    if records.keys_that_left(merchant=merchant, keys=[key], contact_list=contact_list):
        raise PersonUnsubscribed
    with transaction.atomic():
        contact = upsert_contact(
            merchant=merchant,
            email=email,
            source=source,
            by=by,
            fields=fields,
            **said,
        )
        given = records.record_consent(
            merchant=merchant,
            email=contact.email,
            kind=ConsentKind.NEWSLETTER,
            wording=records.wording(
                merchant=merchant, kind=ConsentKind.NEWSLETTER, text=consent_text
            ),
            contact_list=contact_list,
            source=source,
            where=where,
            confirmed_by=Confirmation.STATED,
        )
        put_on_list(contact=contact, contact_list=contact_list, consent=given)
        record(
            actor=by,
            action="audience.subscribe",
            target=contact,
            merchant_id=merchant.pk,
            detail={"list": contact_list.pk},
        )
    return contact


def _say_again(pending: PendingSubscription, kept: dict[str, object]) -> None:
    """What was said before and is left empty now stays: the footer form asks less than the big one."""
    for field, before in said_of(pending).items():
        kept[field] = kept[field] or before
    kept["fields"] = pending.fields | kept["fields"]
    for field, value in kept.items():
        setattr(pending, field, value)
    pending.save()


def _may_be_mailed(pending: PendingSubscription) -> bool:
    """No to the subscribed, to mailboxes that refused us, and whoever was asked today (list bombing).

    Whoever once unsubscribed or was erased may ask to come back: this mail is that question.
    """
    already = ListMembership.objects.filter(
        contact__email=pending.email,
        contact_list_id=pending.contact_list_id,
        state=MembershipState.SUBSCRIBED,
    )
    suppressed = is_suppressed(address=pending.email, merchant_id=pending.merchant_id)
    if already.exists() or suppressed not in {None, *MAY_COME_BACK}:
        return False
    since = clock.now() - ONE_MAIL_EVERY
    with scopes_disabled():
        mails = PendingSubscription.objects.filter(email=pending.email, mailed_at__gt=since)
        asked = list(mails.values_list("merchant_id", flat=True))
    return pending.merchant_id not in asked and len(asked) < MAILS_A_DAY_FROM_ALL_SHOPS


def _mail(pending: PendingSubscription) -> None:
    queue_mail(
        to=pending.email,
        template="audience/confirm",
        context={
            "shop": pending.merchant.name,
            "list": pending.contact_list.name,
            "description": pending.contact_list.description,
            "confirm_url": confirm_url(pending),
        },
        merchant=pending.merchant,
        language=pending.language or pending.merchant.language,
        about=f"audience.pendingsubscription:{pending.pk}",
    )
    pending.mailed_at = clock.now()
    pending.save(update_fields=["mailed_at"])
