"""The words in which models and stores declare personal data. A closed vocabulary, on purpose."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Subject(StrEnum):
    """Whose data it is."""

    CUSTOMER = "customer"  # buyers, subscribers and visitors of a merchant
    MEMBER = "member"  # people who sign in: merchants, their team, the operator's staff


class Kind(StrEnum):
    """What kind of data it is; the notice and the access log name kinds, never values."""

    NAME = "name"
    EMAIL = "e-mail address"
    PHONE = "telephone number"
    ADDRESS = "postal address"
    COUNTRY = "country"
    LANGUAGE = "language"
    WEBSITE = "website"
    BUSINESS = "business type"
    NETWORK = "truncated network address"
    DEVICE = "browser and device family"
    CREDENTIAL = "sign-in credential"
    ORDER = "order"
    PAYMENT = "payment reference"
    MESSAGE = "message"
    BEHAVIOUR = "opens and clicks"
    CONSENT = "consent record"
    ACTIVITY = "activity record"
    CUSTOM = "answers to the merchant's own questions"
    FILE = "file"


class LocatedBy(StrEnum):
    """What stands at the end of a model's ``locate`` path."""

    EMAIL = "the normalised e-mail address"
    KEY = "the keyed hash of it, datamap.subjects.email_key"


class Purpose(StrEnum):
    """The closed list of purposes (promise purpose.closed-list)."""

    SERVICE = "provide the service"
    ORDERS = "take and deliver orders"
    BILLING = "bill"
    SUPPORT = "support"
    SECURITY = "security"
    ANNOUNCEMENTS = "service announcements"
    NEWSLETTERS = "newsletters"
    PROMOTIONS = "promotions, contests and surveys"
    STATISTICS = "anonymous statistics"
    LEGAL = "legal duty"


class Basis(StrEnum):
    """Legal basis, Article 6(1) GDPR."""

    CONSENT = "consent (Art. 6(1)(a) GDPR)"
    CONTRACT = "contract (Art. 6(1)(b) GDPR)"
    LEGAL = "legal obligation (Art. 6(1)(c) GDPR)"
    INTEREST = "legitimate interest (Art. 6(1)(f) GDPR)"


class Erase(StrEnum):
    """What erasing a person does to the data."""

    ROW = "the row is deleted"
    BLANK = "the field is emptied"
    KEEP = "kept, because a law says so"  # the declaration's ``because`` names the law
    WITH_PARENT = "goes with the row it belongs to"  # a database-level or Django cascade


@dataclass(frozen=True, kw_only=True)
class Personal:
    """One personal field. Whatever is left out comes from the model's ``class Privacy``."""

    kind: Kind
    subject: Subject | None = None
    purpose: Purpose | None = None
    basis: Basis | None = None
    keep: str = ""
    erase: Erase | None = None
    because: str = ""
    correctable: bool = False


@dataclass(frozen=True, kw_only=True)
class KeepRule:
    """How long something stays (promise keep.rule-for-everything).

    ``period`` counts from the moment that ``since`` describes; None: until ``since`` happens.
    ``purge`` deletes what is due at ``now`` in batches and returns how many rows went; ``due`` counts
    what is due. Rules that another rule or a cascade carries out name it in ``carried_by`` instead.
    ``choice``: the shortest and the longest period a merchant may choose for its own data; the rule's
    code asks ``privacy.queries.period_of``. ``on_each_machine``: it is about files of the machine itself.
    """

    id: str
    label: str
    since: str
    why: str
    period: timedelta | None = None
    due: Callable[[datetime], int] | None = None
    purge: Callable[[datetime], int] | None = None
    carried_by: str = ""
    choice: tuple[timedelta, timedelta] | None = None
    on_each_machine: bool = False


@dataclass(frozen=True, kw_only=True)
class Store:
    """Personal data outside the models' columns: files, caches, spools, logs, JSON keys.

    ``scan(needle)`` yields a description of every place that holds the bytes; ``erase(subject)``
    removes what belongs to a :class:`~tradepost.datamap.subjects.SubjectRef` and returns a count.
    ``export(subject)`` yields what the person is shown and given; leave it out where the store only
    repeats what a model holds. ``addresses()``, for a store that each machine has for itself, yields every
    mail address in it and since when it lies there: so each finds whom another machine erased.
    ``erase_many(subjects)`` does for many of one merchant at once what ``erase`` does for each: a store that
    reads files or rows through to find a person reads them once. ``by_merchant``: ``erase`` asks for the
    merchant alone, and once is enough for all of its people.
    """

    id: str
    meaning: str
    kinds: tuple[Kind, ...]
    subject: Subject
    purpose: Purpose
    basis: Basis
    keep: str
    scan: Callable[[bytes], Iterable[str]]
    erase: Callable[[Any], int]
    because: str = ""
    export: Callable[[Any], Iterable[Mapping[str, object]]] | None = None
    addresses: Callable[[], Iterable[tuple[str, datetime]]] | None = None
    erase_many: Callable[..., int] | None = None
    by_merchant: bool = False

    def erase_all(self, subjects: Sequence[object]) -> int:
        """Remove what belongs to these subjects, all of one kind and one merchant; how much it was."""
        if self.by_merchant:
            return self.erase(subjects[0])
        if self.erase_many is not None:
            return self.erase_many(subjects)
        return sum(self.erase(subject) for subject in subjects)


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What one model says of itself; built from its ``class Privacy`` or registered for it.

    ``locate`` is the query path, from this model, to the normalised e-mail address of the person, or,
    where ``located_by`` says so, to its keyed hash. It must end in an indexed column. ``copied``: fields
    that name nobody alone and stand in the person's copy all the same: dates, sums, states (Art. 15 GDPR).
    ``called``: what people call these rows, in the plural, where the model has a word of the trade.
    """

    subject: Subject | None = None
    purpose: Purpose | None = None
    basis: Basis | None = None
    keep: str = ""
    erase: Erase | None = None
    because: str = ""
    locate: str = ""
    located_by: LocatedBy = LocatedBy.EMAIL
    personal: Mapping[str, Personal | Kind] = field(default_factory=dict)
    not_personal: Mapping[str, str] = field(default_factory=dict)
    copied: Mapping[str, Kind] = field(default_factory=dict)
    called: str = ""
