"""What a record of processing and a processing agreement are made of."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise as LazyText

from tradepost.datamap.vocabulary import Basis, Kind, Purpose
from tradepost.notice.transitions.reading import Controller

Text = str | LazyText


class RecordOf(StrEnum):
    """Which record: of one's own processing, or of what is done for others."""

    CONTROLLER = "controller"  # Art. 30(1) GDPR
    PROCESSOR = "processor"  # Art. 30(2) GDPR


@dataclass(frozen=True, kw_only=True)
class ProcessingActivity:
    """All that is processed for one purpose. ``kept``: each rule in words; ``interest``: which one,
    where the processing rests on one."""

    purpose: Purpose
    kinds: tuple[Kind, ...]
    bases: tuple[Basis, ...]
    kept: tuple[str, ...]
    recipients: tuple[str, ...]
    interest: Text = ""


@dataclass(frozen=True, kw_only=True)
class NamedParty:
    """Somebody outside who gets personal data."""

    name: str
    role: str
    why: str
    kinds: tuple[Kind, ...]
    country: str
    safeguard: str
    is_third_country: bool


@dataclass(frozen=True, kw_only=True)
class SecurityMeasure:
    """A sentence whose check is green now, and what showed it."""

    promise: str
    text: str
    evidence_class: str
    checked_at: datetime


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A shop for which the operator processes."""

    name: str
    handle: str
    address: str
    email: str


@dataclass(frozen=True, kw_only=True)
class ProcessingRecord:
    """Art. 30 GDPR. ``processor``: who processes for the controller, in a shop's record;
    ``customers``: for whom is processed, in the record of Art. 30(2)."""

    of: RecordOf
    who: Controller
    officer: str
    representative: str
    people: Text
    activities: tuple[ProcessingActivity, ...]
    recipients: tuple[NamedParty, ...]
    measures: tuple[SecurityMeasure, ...]
    made_at: datetime
    processor: Controller | None = None
    customers: tuple[Customer, ...] = ()

    @property
    def law(self) -> str:
        return "Art. 30(1) GDPR" if self.of is RecordOf.CONTROLLER else "Art. 30(2) GDPR"

    @property
    def transfers(self) -> list[NamedParty]:
        """To countries outside the European Economic Area."""
        return [party for party in self.recipients if party.is_third_country]


@dataclass(frozen=True, kw_only=True)
class MissingFact:
    """A blank that must be filled in first. ``url``: where; empty for a setting of the installation."""

    what: Text
    setting: str = ""
    url: str = ""


class PartiesBlank(ValueError):
    """An agreement without two parties is none. ``missing`` says what to fill in, and where."""

    def __init__(self, missing: list[MissingFact]) -> None:
        super().__init__(", ".join(str(one.what) for one in missing))
        self.missing = missing
