"""A letter as one person would see it, without measuring them."""

from dataclasses import dataclass

from django.db.models import QuerySet

from tradepost.audience.models import Contact
from tradepost.campaigns.addresses import unsubscribe_url
from tradepost.campaigns.appearance import letter_of
from tradepost.campaigns.compose.letter import (
    PIXEL,
    PREFERENCES,
    UNSUBSCRIBE,
    Letter,
    field_values,
    fill,
)
from tradepost.campaigns.models import Campaign
from tradepost.campaigns.recipients import eligible, merge_data, shop_fields
from tradepost.delivery.outgoing.sources import UNSUBSCRIBE_ADDRESS
from tradepost.delivery.queries import mail_domain

NOBODY = 0
_BLANK = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=="


@dataclass(frozen=True, slots=True)
class LetterPreview:
    subject: str
    html: str
    text: str


def somebody() -> Contact:
    """A reader who is nobody, for previews before there is a contact."""
    return Contact(email="reader@example.org", language="en", fields={})


def filled(
    campaign: Campaign, contact: Contact | None, letter: Letter | None = None
) -> LetterPreview:
    """Links lead where they lead, the pixel is a blank, unsubscribing leads to a page that does nothing."""
    letter = letter or letter_of(campaign)
    data = merge_data(contact or somebody(), shop_fields(campaign.merchant))
    values = field_values(letter, data)
    targets = enumerate(letter.targets, start=1)
    values |= {f"link{number}": fill(target, values, html=False) for number, target in targets}
    nobodys = unsubscribe_url(campaign.pk or NOBODY, NOBODY)
    values |= {PIXEL: _BLANK, UNSUBSCRIBE: nobodys, PREFERENCES: nobodys}
    values[UNSUBSCRIBE_ADDRESS] = f"u-nobody@{mail_domain()}"
    return LetterPreview(
        subject=fill(letter.subject, values, html=False),
        html=fill(letter.html, values, html=True),
        text=fill(letter.text, values, html=False),
    )


def people_to_preview(campaign: Campaign, name: str = "") -> QuerySet[Contact]:
    """A few of those who would get it, found by the start of name or address."""
    people = eligible(campaign).order_by("pk")
    if name:
        people = people.filter(email__startswith=name.lower()) | people.filter(
            name__istartswith=name
        )
    return people[:10]
