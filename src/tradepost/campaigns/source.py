"""Campaigns as the mail engine sees them (``delivery.outgoing.sources.MessageSource``)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from cachetools import LRUCache

from tradepost.audience.links import preferences_urls
from tradepost.campaigns.actions.leave import leave
from tradepost.campaigns.addresses import LetterAddresses
from tradepost.campaigns.appearance import letter_of, sending_settings
from tradepost.campaigns.compose.letter import PREFERENCES, UNSUBSCRIBE, Letter, field_values
from tradepost.campaigns.models import Campaign
from tradepost.campaigns.recipients import LetterReader, eligible_now, merge_data, shop_fields
from tradepost.delivery.models import Mailing
from tradepost.delivery.outgoing.sources import Claimed, Compiled, NotWritten, Recipient
from tradepost.delivery.queries import mail_domain
from tradepost.delivery.types import HandoverState, SuppressionReason

_LEAVING = {
    SuppressionReason.UNSUBSCRIBE: "message",
    SuppressionReason.COMPLAINT: "complaint",
}
_KEPT = 16  # compiled letters a sender process remembers


@dataclass(frozen=True)
class _Prepared:
    campaign: Campaign
    letter: Letter
    addresses: LetterAddresses
    shop: Mapping[str, str]


def _prepare(mailing: Mailing) -> _Prepared:
    rows = Campaign.objects.select_related("merchant", "contact_list", "segment")
    campaign = rows.get(mailing_id=mailing.pk)
    letter = letter_of(campaign)
    addresses = LetterAddresses(campaign.pk, letter.targets)
    return _Prepared(campaign, letter, addresses, shop_fields(campaign.merchant))


class CampaignSource:
    """Compiles a campaign and says, slice by slice, who still agrees and what they are called."""

    def __init__(self) -> None:
        # By number and age: a number alone comes back in a database that was restored or rolled back.
        self._prepared: LRUCache[tuple[int, datetime], _Prepared] = LRUCache(_KEPT)
        self._lock = Lock()

    def compile(self, mailing: Mailing) -> Compiled:
        prepared = self._prepare_anew(mailing)
        campaign, letter = prepared.campaign, prepared.letter
        merchant, chosen = campaign.merchant, sending_settings(campaign.merchant)
        return Compiled(
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            from_name=campaign.from_name or chosen.from_name or merchant.name,
            from_address=f"{merchant.handle}@{mail_domain()}",
            reply_to=campaign.reply_to or chosen.reply_to or merchant.contact_email,
            list_id=_list_id(campaign),
        )

    def data_for(
        self, mailing: Mailing, rows: Sequence[Claimed]
    ) -> Mapping[int, Recipient | NotWritten]:
        """One query a slice: who agrees to get it, and who of them to be measured."""
        with self._lock:
            known = self._prepared.get((mailing.pk, mailing.created_at))
        prepared = known or self._prepare_anew(mailing)
        ids = [row.contact_id for row in rows]
        people = eligible_now(prepared.campaign, ids)
        addresses = zip(prepared.addresses.blocks(ids), preferences_urls(ids), strict=True)
        return {
            row.pk: _recipient(prepared, people.get(row.contact_id), row.address, own)
            for row, own in zip(rows, addresses, strict=True)
        }

    def _prepare_anew(self, mailing: Mailing) -> _Prepared:
        prepared = _prepare(mailing)
        with self._lock:
            self._prepared[mailing.pk, mailing.created_at] = prepared
        return prepared

    def turned_off(
        self,
        mailing: Mailing,
        contact_id: int,
        address: str,  # noqa: ARG002  for sources that know addresses only
        why: SuppressionReason,
    ) -> None:
        """Withdraw what the consent record holds; a bounce says nothing about consent."""
        if why in _LEAVING:
            leave(campaign_id=mailing.source_id, contact_id=contact_id, how=_LEAVING[why])


def _list_id(campaign: Campaign) -> str:
    """RFC 2919: the list's name for people, and one for programs that never changes."""
    of = campaign.contact_list or campaign.merchant
    name = " ".join(str(of).replace("<", " ").replace(">", " ").split())
    return f"{name} <{of.public_id}.{campaign.merchant.handle}.{mail_domain()}>"


def _recipient(
    prepared: _Prepared, person: LetterReader | None, address: str, own: tuple[bytes, str]
) -> Recipient | NotWritten:
    """``own``: what this person's addresses are made of, and the page of their choices."""
    if person is None:
        return NotWritten(
            HandoverState.NO_CONSENT, "The consent was withdrawn, or the person is gone."
        )
    if person.email != address:
        return NotWritten(
            HandoverState.NO_CONSENT, "The address has changed since the list was frozen."
        )
    block, choices = own
    off = prepared.addresses.unsubscribe(block, measured=person.measured)
    values = field_values(prepared.letter, merge_data(person, prepared.shop))
    values |= prepared.addresses.values(block, values, per_person=person.measured)
    values[UNSUBSCRIBE], values[PREFERENCES] = off, choices
    return Recipient(values, off)
