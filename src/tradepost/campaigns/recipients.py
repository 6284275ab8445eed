"""Who a campaign goes to, and what each of them brings to its letter."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.conf import settings
from django.db.models import QuerySet, Value
from django.utils.translation import gettext as _

from tradepost.audience.fields.table import ADDRESS, CONTACT_FIELDS, FIELD_NAMES, said_of
from tradepost.audience.models import Contact, CustomField, ListMembership
from tradepost.audience.queries import PURPOSE_OF, agreed_to_tracking, mailable_contacts
from tradepost.audience.segments import segment_queryset
from tradepost.audience.types import ConsentKind, MembershipState
from tradepost.campaigns.models import Campaign
from tradepost.campaigns.types import Measuring
from tradepost.merchants.models import Merchant
from tradepost.modules.shop_address import shop_address
from tradepost.rights.restrictions.stops import without_stopped

# Merge field, the part it is, and of which of a contact's fields.
_PARTS = tuple(
    (f"contact.{part.name}", part, at)
    for at, field in enumerate(CONTACT_FIELDS)
    for part in field.parts
)
_CONTACT_FIELDS = (f"contact.{ADDRESS.name}", *(path for path, _part, _at in _PARTS))
_SHOP_FIELDS = ("shop.name", "shop.website")


def known_fields(merchant: Merchant) -> frozenset[str]:
    """The merge fields that a merchant may use; its own questions among them."""
    keys = CustomField.objects.filter(merchant=merchant).values_list("key", flat=True)
    return frozenset((*_CONTACT_FIELDS, *_SHOP_FIELDS, *(f"contact.{key}" for key in keys)))


class LetterReader(NamedTuple):
    """Of a contact, what a letter can show, and whether it may be measured who opens it.

    The engine reads a thousand at a time, without models. ``said`` is in the order of
    ``CONTACT_FIELDS``.
    """

    pk: int
    email: str
    fields: dict[str, object]
    measured: bool
    said: tuple[str, ...]


def shop_fields(merchant: Merchant) -> Mapping[str, str]:
    """The values that are the same for everybody who gets a letter of this merchant."""
    return {"shop.name": merchant.name, "shop.website": website_of(merchant)}


def merge_data(contact: Contact | LetterReader, shop: Mapping[str, str]) -> Mapping[str, str]:
    """Every field's value for one person, as text; ``shop`` is what :func:`shop_fields` says of its shop."""
    own = {f"contact.{key}": _as_text(value) for key, value in contact.fields.items()}
    said = contact.said if isinstance(contact, LetterReader) else [*said_of(contact).values()]
    return (
        {path: part.of(said[at]) for path, part, at in _PARTS if part.gives_way}
        | own
        | {path: part.of(said[at]) for path, part, at in _PARTS if not part.gives_way}
        | {f"contact.{ADDRESS.name}": contact.email, **shop}
    )


def website_of(merchant: Merchant) -> str:
    """Its own, or its shop here: a letter that names the website names one."""
    return merchant.website or shop_page(merchant)


def shop_page(merchant: Merchant) -> str:
    return settings.TRADEPOST.base_url + shop_address(merchant)


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)


def chosen(campaign: Campaign) -> QuerySet[Contact]:
    """The list or segment, whoever may be written to or not; nobody without either."""
    if campaign.contact_list_id is not None:
        return Contact.objects.filter(memberships__contact_list_id=campaign.contact_list_id)
    if campaign.segment is not None:
        return segment_queryset(campaign.segment)
    return Contact.objects.none()


def eligible(campaign: Campaign) -> QuerySet[Contact]:
    """Of those chosen, who agreed and has not objected; suppression is asked when it is sent."""
    if campaign.contact_list is None and campaign.segment is None:
        return Contact.objects.none()
    return mailable_contacts(
        merchant=campaign.merchant,
        contact_list=campaign.contact_list,
        segment=campaign.segment,
        kind=ConsentKind(campaign.consent_kind),
    )


def eligible_now(campaign: Campaign, contact_ids: Iterable[int]) -> dict[int, LetterReader]:
    """The same question again for some people at the moment of sending. One query.

    A segment is not evaluated again: who no longer matches was chosen when the campaign started.
    """
    people = mailable_contacts(
        merchant=campaign.merchant,
        contact_list=campaign.contact_list,
        kind=ConsentKind(campaign.consent_kind),
        among=contact_ids,
    )
    asked = campaign.measuring == Measuring.CONSENT
    measured = agreed_to_tracking(campaign.merchant) if asked else Value(value=False)
    columns = ("pk", "email", "fields", "measured", *FIELD_NAMES)
    rows = people.annotate(measured=measured).values_list(*columns)
    return {
        pk: LetterReader(pk, email, own, measured, tuple(said))
        for pk, email, own, measured, *said in rows.iterator(chunk_size=1000)
    }


def refusals(campaign: Campaign) -> dict[str, int]:
    """How many of those chosen are not written to, by reason. Whoever stopped it is in no figure."""
    purpose = PURPOSE_OF[ConsentKind(campaign.consent_kind)]
    asked = without_stopped(chosen(campaign), merchant=campaign.merchant, purpose=purpose)
    everybody = asked.count()
    left = 0
    if campaign.contact_list_id is not None:
        # Asked of the memberships themselves: two conditions on them in one ``exclude()`` of contacts
        # would be met by two different memberships of the same person.
        members = ListMembership.objects.filter(contact_list_id=campaign.contact_list_id)
        members = without_stopped(
            members, merchant=campaign.merchant, purpose=purpose, key="contact__email_key"
        )
        left = members.exclude(state=MembershipState.SUBSCRIBED).count()
    without = everybody - left - eligible(campaign).count()
    return {"unsubscribed": left, "no_consent": max(without, 0)}
