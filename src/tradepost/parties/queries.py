"""Every read of the register: the program's own parties and those added by hand, as one list."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django_scopes import scopes_disabled

from tradepost.datamap.processors import (
    NOTICE_DAYS,
    AddedRecipient,
    NamedRecipient,
    PartyRole,
    Processor,
    active_processors,
    today,
)
from tradepost.datamap.vocabulary import Kind, Purpose
from tradepost.parties.models import OutsideParty, PartyContract
from tradepost.parties.types import (
    PartyPosition,
    PartyProblem,
    PartySafeguard,
)

SOON = timedelta(days=30)
_OPERATORS_OWN = frozenset({PartyRole.HOSTING, PartyRole.MAIL})


@dataclass(frozen=True, kw_only=True)
class PartyLine:
    """One line of a register. ``row`` is None while nothing was added to what the program declares;
    ``is_ours``: whoever keeps the register has the contract with the party."""

    party: NamedRecipient
    position: PartyPosition
    row: OutsideParty | None
    is_ours: bool
    has_file: bool = False

    @property
    def problems(self) -> list[PartyProblem]:
        return list(self._problems(today())) if self.is_ours else []

    def _problems(self, day: date) -> Iterator[PartyProblem]:
        row = self.row
        if row is not None and row.is_over(day):
            return
        if self.position.needs_contract:
            held = row is not None and row.signed_on and (self.has_file or row.contract_link)
            ends = row.ends_on if row else None
            if not held:
                yield PartyProblem.NO_CONTRACT
            elif ends and ends < day:
                yield PartyProblem.CONTRACT_ENDED
            elif ends and ends <= day + SOON:
                yield PartyProblem.CONTRACT_ENDS
        if row is not None and row.review_on and row.review_on <= day:
            yield PartyProblem.REVIEW_DUE
        if row is not None and not row.declared and row.safeguard == PartySafeguard.NONE:
            yield PartyProblem.NO_SAFEGUARD


def parties_of(merchant: Model | None) -> QuerySet[OutsideParty]:
    """The rows of a shop's register, or of the operator's."""
    with scopes_disabled():
        rows = OutsideParty.objects.filter(merchant=merchant.pk if merchant else None)
        return rows.annotate(has_file=Exists(PartyContract.objects.filter(party=OuterRef("pk"))))


def register_of(merchant: Model | None) -> list[PartyLine]:
    """Those in use first, then those that have ended."""
    rows = list(parties_of(merchant))
    kept = {row.declared: row for row in rows if row.declared}
    lines = [
        declared_line(party, kept.get(party.id), merchant)
        for party in active_processors()
        if merchant is None or party.used_by(merchant)
    ]
    added = [added_line(row) for row in rows if not row.declared]
    return sorted([*lines, *added], key=lambda line: bool(line.row and line.row.is_over(today())))


def declared_line(party: Processor, row: OutsideParty | None, merchant: Model | None) -> PartyLine:
    """Host and mail relay are the operator's; to a shop they are sub-processors."""
    of_operator = party.role in _OPERATORS_OWN
    if of_operator:
        position = PartyPosition.SUB_PROCESSOR if merchant else PartyPosition.PROCESSOR
    else:
        position = PartyPosition(row.position) if row else PartyPosition.CONTROLLER
    return PartyLine(
        party=party,
        position=position,
        row=row,
        is_ours=of_operator is (merchant is None),
        has_file=_has_file(row),
    )


def added_line(row: OutsideParty) -> PartyLine:
    position = PartyPosition(row.position)
    return PartyLine(
        party=as_recipient(row), position=position, row=row, is_ours=True, has_file=_has_file(row)
    )


def as_recipient(row: OutsideParty) -> AddedRecipient:
    return AddedRecipient(
        id=f"added-{row.public_id}",
        name=row.name,
        role=str(PartyPosition(row.position).label),
        what=tuple(Kind(kind) for kind in row.kinds),
        why=row.what_for,
        purposes=tuple(Purpose(purpose) for purpose in row.purposes),
        country=row.country,
        safeguard=str(PartySafeguard(row.safeguard).label),
        announced=row.announced_on,
        starts=row.used_from,
    )


def _has_file(row: OutsideParty | None) -> bool:
    return bool(row is not None and getattr(row, "has_file", False))


def lines_with_problems(merchant: Model | None) -> list[PartyLine]:
    return [line for line in register_of(merchant) if line.problems]


def added_recipients(merchant: Model | None) -> list[AddedRecipient]:
    """For the notice: whoever was added by hand, gets personal data and is not over. A shop's customers
    read of the operator's sub-processors, too."""
    with scopes_disabled():
        rows = OutsideParty.objects.filter(declared="").exclude(kinds=[])
        if merchant is None:
            rows = rows.filter(merchant=None)
        else:
            shared = Q(merchant=None, position=PartyPosition.SUB_PROCESSOR)
            rows = rows.filter(Q(merchant=merchant.pk) | shared)
        return [as_recipient(row) for row in rows if not row.is_over(today())]


def sub_processors() -> list[NamedRecipient]:
    """Who works for the operator on the data of shops' customers."""
    declared = [it for it in active_processors() if it.what and it.role in _OPERATORS_OWN]
    with scopes_disabled():
        rows = OutsideParty.objects.filter(
            merchant=None, declared="", position=PartyPosition.SUB_PROCESSOR
        ).exclude(kinds=[])
        return [*declared, *(as_recipient(row) for row in rows if not row.is_over(today()))]


def earliest_use(announced_on: date) -> date:
    """What ``share.notice-before`` promises."""
    return announced_on + timedelta(days=NOTICE_DAYS)


def contract_of(row: OutsideParty) -> bytes | None:
    with scopes_disabled():
        found = PartyContract.objects.filter(party=row).values_list("content", flat=True).first()
    return bytes(found) if found is not None else None
