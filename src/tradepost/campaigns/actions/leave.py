"""Unsubscribing from a letter: works without signing in, at once, and twice does no harm."""

from collections import Counter

from django.db import transaction
from django_scopes import scope, scopes_disabled

from tradepost.audience.actions.unsubscribe import unsubscribe
from tradepost.audience.consent.records import withdraw_consent
from tradepost.audience.links import preferences_url
from tradepost.audience.models import Contact, ListMembership
from tradepost.audience.types import ConsentKind, MembershipState
from tradepost.audit.actions import record
from tradepost.audit.types import PERSON
from tradepost.campaigns.models import Campaign
from tradepost.campaigns.tracking.loader import add_to_tallies
from tradepost.delivery.actions import suppress
from tradepost.delivery.types import SuppressionReason

REASONS = ("too often", "not for me", "did not sign up", "other")


def leave(
    *, campaign_id: int, contact_id: int, how: str, everything: bool = False, reason: str = ""
) -> bool:
    """Take the person off the list the letter went to, or (``everything``) off all of the shop's.

    Where nothing is left that they are subscribed to, the address is suppressed for this merchant.
    Returns False when there is nobody to unsubscribe any more. ``reason`` is one of ``REASONS``.
    """
    campaign, contact = _who(campaign_id, contact_id)
    if campaign is None or contact is None:
        return False
    with scope(merchant=campaign.merchant), transaction.atomic():
        # Locked, so that a button pressed twice at once is counted once.
        if Contact.objects.select_for_update().filter(pk=contact.pk).first() is None:
            return False
        is_first = _gets(campaign, contact)
        unsubscribe(
            contact=contact,
            how=how,
            by=PERSON,
            contact_list=None if everything else campaign.contact_list,
            reason=reason if reason in REASONS else "",
        )
        if not _subscriptions(contact):
            suppress(
                address=contact.email,
                reason=SuppressionReason.UNSUBSCRIBE,
                merchant=campaign.merchant,
            )
        if is_first:
            count_leaving(campaign, reason if reason in REASONS else how)
    return True


def stop_measuring(*, campaign_id: int, contact_id: int) -> bool:
    """Withdraw the consent to be measured; letters go on. It holds for letters sent long ago, too.

    Returns False when there is nobody any more.
    """
    campaign, contact = _who(campaign_id, contact_id)
    if campaign is None or contact is None:
        return False
    with scope(merchant=campaign.merchant), transaction.atomic():
        withdraw_consent(
            merchant=campaign.merchant,
            email=contact.email,
            kind=ConsentKind.TRACKING,
            how="unsubscribe page",
        )
        record(
            actor=PERSON,
            action="audience.withdraw",
            target=contact,
            merchant_id=contact.merchant_id,
            detail={"kind": ConsentKind.TRACKING.value},
        )
    return True


def choices_url(*, campaign_id: int, contact_id: int) -> str:
    """The page of this person's choices; empty when there is nobody any more."""
    campaign, contact = _who(campaign_id, contact_id)
    return preferences_url(contact.pk) if campaign and contact else ""


def _who(campaign_id: int, contact_id: int) -> tuple[Campaign | None, Contact | None]:
    """The letter and its reader, of whatever merchant; nobody when they do not belong together."""
    with scopes_disabled():
        rows = Campaign.objects.select_related("merchant", "contact_list")
        campaign = rows.filter(pk=campaign_id).first()
        contact = Contact.objects.select_related("merchant").filter(pk=contact_id).first()
    if campaign and contact and contact.merchant_id != campaign.merchant_id:
        return None, None
    return campaign, contact


def count_leaving(campaign: Campaign, why: str) -> None:
    """The report counts leavers; who they are is not its business."""
    add_to_tallies(Counter({(campaign.pk, "left", why, "left"): 1}))


def _gets(campaign: Campaign, contact: Contact) -> bool:
    """Whether they are still on what the letter was sent to; who is not has left, and was counted."""
    on = ListMembership.objects.filter(contact=contact, state=MembershipState.SUBSCRIBED)
    if campaign.contact_list is not None:
        on = on.filter(contact_list=campaign.contact_list)
    return on.exists()


def _subscriptions(contact: Contact) -> int:
    return ListMembership.objects.filter(contact=contact, state=MembershipState.SUBSCRIBED).count()
