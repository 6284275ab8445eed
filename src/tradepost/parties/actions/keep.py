"""Adding a party to a register, changing it, ending it."""

from datetime import date
from typing import TypedDict

from django.db import transaction
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.datamap.processors import processor_of, today
from tradepost.merchants.models import Merchant
from tradepost.parties.models import OutsideParty, PartyContract
from tradepost.parties.queries import earliest_use
from tradepost.parties.types import AlreadyEnded, NotAnnounced, PartyPosition, PartySafeguard


class ContractFacts(TypedDict):
    """What the program cannot know of any party."""

    position: PartyPosition
    contact: str
    contract_link: str
    signed_on: date | None
    ends_on: date | None
    reviewed_on: date | None
    review_on: date | None


class PartyFacts(ContractFacts):
    """What is said of a party that the program does not declare."""

    name: str
    what_for: str
    purposes: list[str]
    kinds: list[str]
    country: str
    safeguard: PartySafeguard
    announced_on: date | None
    used_from: date | None


def add_party(
    *, merchant: Merchant | None, facts: PartyFacts, contract: bytes | None = None, by: Actor
) -> OutsideParty:
    """A party that the code does not know. Raises: NotAnnounced."""
    require_announced(facts)
    with transaction.atomic(), scopes_disabled():
        row = OutsideParty.objects.create(merchant=merchant, **facts)
        _keep_contract(row, contract)
        record(actor=by, action="parties.add", target=row, merchant_id=row.merchant_id)
    return row


def change_party(
    *, party: OutsideParty, facts: PartyFacts, contract: bytes | None = None, by: Actor
) -> None:
    """Without a new ``contract`` the old file stays. Raises: NotAnnounced, AlreadyEnded."""
    require_announced(facts)
    with transaction.atomic(), scopes_disabled():
        row = _locked(party)
        for name, said in facts.items():
            setattr(row, name, said)
        row.save(update_fields=list(facts))
        _keep_contract(row, contract)
        record(actor=by, action="parties.change", target=row, merchant_id=row.merchant_id)


def note_contract(
    *,
    merchant: Merchant | None,
    declared: str,
    facts: ContractFacts,
    contract: bytes | None = None,
    by: Actor,
) -> OutsideParty:
    """What is to be kept of one of the program's own parties. Raises: UnknownProcessor."""
    processor_of(declared)
    with transaction.atomic(), scopes_disabled():
        row, _new = OutsideParty.objects.update_or_create(
            merchant=merchant, declared=declared, defaults=dict(facts)
        )
        _keep_contract(row, contract)
        record(actor=by, action="parties.change", target=row, merchant_id=row.merchant_id)
    return row


def end_party(*, party: OutsideParty, last_day: date, by: Actor) -> None:
    """It leaves the notice after that day and stays in the register as ended. Raises: AlreadyEnded."""
    with transaction.atomic(), scopes_disabled():
        row = _locked(party)
        row.ended_on = last_day
        row.save(update_fields=["ended_on"])
        record(actor=by, action="parties.end", target=row, merchant_id=row.merchant_id)


def require_announced(facts: PartyFacts) -> None:
    """Whoever gets personal data was named to people long enough before (promise share.notice-before).

    Raises: NotAnnounced
    """
    announced, used = facts["announced_on"], facts["used_from"]
    if facts["kinds"] and (announced is None or used is None or used < earliest_use(announced)):
        raise NotAnnounced(earliest_use(announced or today()))


def _locked(party: OutsideParty) -> OutsideParty:
    """Raises: AlreadyEnded."""
    row = OutsideParty.objects.select_for_update().get(pk=party.pk)
    if row.ended_on is not None:
        raise AlreadyEnded
    return row


def _keep_contract(row: OutsideParty, content: bytes | None) -> None:
    if content is not None:
        PartyContract.objects.update_or_create(party=row, defaults={"content": content})
