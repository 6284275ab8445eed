"""A copy to the team before everybody gets it."""

from collections.abc import Iterable, Iterator, Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.audience.models import Contact
from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.campaigns.models import Campaign
from tradepost.campaigns.preview import filled
from tradepost.campaigns.types import CampaignError
from tradepost.datamap.columns.any_lookup import among
from tradepost.datamap.subjects import SubjectRef
from tradepost.delivery.actions import queue_written
from tradepost.delivery.models import Mail
from tradepost.identity.actions import limits
from tradepost.merchants.models import Membership

TEMPLATE = "campaigns/trial"


class NotOfTheTeam(CampaignError):
    """Test copies go to the team alone: to others it would be mail without consent."""


class TooManyTestCopies(CampaignError):
    """A member of the team is no target for mail without end; the text says when to go on."""


def _spend(campaign: Campaign, address: str) -> None:
    try:
        limits.spend("test letter", address=address, shop=campaign.merchant)
    except limits.TooMany as refusal:
        raise TooManyTestCopies(refusal.in_words) from None


def team_addresses(campaign: Campaign) -> list[str]:
    rows = Membership.objects.filter(merchant_id=campaign.merchant_id, user__is_active=True)
    return sorted(rows.values_list("user__email", flat=True))


def send_test(
    *, campaign: Campaign, to: Iterable[str], by: Actor, as_contact: Contact | None = None
) -> int:
    """Queue a copy for each address, filled as ``as_contact`` would see it; nothing in it is measured.

    Raises:
        NotOfTheTeam, TooManyTestCopies
    """
    wanted = sorted(set(to))
    if not wanted or not set(wanted) <= set(team_addresses(campaign)):
        raise NotOfTheTeam(_("Test copies can be sent to members of your team only."))
    for address in wanted:
        _spend(campaign, address)
    shown = filled(campaign, as_contact)
    with transaction.atomic():
        for address in wanted:
            queue_written(
                to=address,
                template=TEMPLATE,
                subject=f"[Test] {shown.subject}",
                text=shown.text,
                html=shown.html,
                merchant=campaign.merchant,
                language=campaign.merchant.language,
                about=_about(as_contact) if as_contact else f"campaigns.campaign:{campaign.pk}",
            )
        record(
            actor=by,
            action="campaigns.send_trial",
            target=campaign,
            merchant_id=campaign.merchant_id,
            detail={"copies": len(wanted)},
        )
    return len(wanted)


def _about(contact: Contact) -> str:
    """By it the copies are found that show this contact: they lie in the mail to the team."""
    return f"audience.contact:{contact.pk}"


def scan_copies(needle: bytes) -> Iterator[str]:
    text = needle.decode("utf-8", "replace")
    with scopes_disabled():
        copies = Mail.objects.filter(template=TEMPLATE)
        for number in copies.filter(text__icontains=text).values_list("pk", flat=True):
            yield f"test copy {number}"


def erase_copies(subject: SubjectRef) -> int:
    return erase_many_copies([subject])


def erase_many_copies(subjects: Sequence[SubjectRef]) -> int:
    """Of people of one merchant."""
    emails = among("email", [subject.email for subject in subjects])
    with scopes_disabled():
        contacts = Contact.objects.filter(merchant=subjects[0].merchant_id, **emails)
        shown = among("about", [_about(contact) for contact in contacts.only("pk")])
        gone: int = Mail.objects.filter(template=TEMPLATE, **shown).delete()[0]
    return gone
