"""The access record in words: who did what, on whose or which record, and why.

Entries name rows by kind and number, so that erasing somebody changes nothing in the record. People read the
kind in a word, accounts by their name, and what upper rooms call their rows (an order by its number).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tradepost.audit.models import Entry, Sighting
from tradepost.audit.types import Actor, ActorKind, NoActor
from tradepost.datamap.extensions import NamedExtensionPoint
from tradepost.datamap.registry import actions, personal_fields
from tradepost.datamap.words import plural_of, word
from tradepost.identity.models import User
from tradepost.rights.queries import names_of_actors

# By the label of a model: what its rows are called, asked once for all rows of a page. Names nobody.
row_names: NamedExtensionPoint[Callable[[Sequence[int]], Mapping[int, str]]] = NamedExtensionPoint(
    "names of rows in the access record"
)
_ACCOUNT = User._meta.label_lower


@dataclass(frozen=True, kw_only=True)
class RecordedAct:
    """One entry as people read it; ``on`` and ``why`` may be empty."""

    at: datetime
    who: str
    did: str
    on: str
    why: str


def lines_for_shop(entries: Sequence[Entry]) -> list[RecordedAct]:
    """With the names of accounts. A few queries, however many entries."""
    accounts = names_of_actors({entry.actor for entry in entries} | _accounts_in(entries))
    known = names_of_rows(entry.target for entry in entries)
    shown = _shown_beside(entries)
    return [
        _line(entry, who_for_shop(entry.actor, accounts), _on(entry, accounts, known, shown))
        for entry in entries
    ]


def lines_for_person(entries: Sequence[Entry]) -> list[RecordedAct]:
    """For whoever the data is about: staff by a number, for they are people, too."""
    shown = _shown_beside(entries)
    return [
        _line(entry, who_for_person(entry.actor), _on(entry, {}, {}, shown)) for entry in entries
    ]


def _line(entry: Entry, who: str, on: str) -> RecordedAct:
    did = str(actions.get(entry.action) or _("did something that this version does not know"))
    return RecordedAct(at=entry.at, who=who, did=did, on=on, why=in_reason(entry.reason))


def in_reason(reason: str) -> str:
    """The program's own words in the reader's language; what staff wrote as it is."""
    return _(reason) if reason else ""


def who_for_shop(actor: str, accounts: Mapping[str, str]) -> str:
    """An account that is gone, and an entry that was damaged, are said to be so."""
    if actor in accounts:
        return accounts[actor]
    try:
        Actor.parse(actor)
    except NoActor:
        return _("somebody whom the entry does not name any more")
    return _("an account that is gone")


def who_for_person(actor: str) -> str:
    try:
        did = Actor.parse(actor)
    except NoActor:
        return _("This program")
    if did.kind is ActorKind.USER:
        return _("Staff, member %(number)s") % {"number": did.reference}
    if did.kind is ActorKind.TOKEN:
        return _("A program of the shop")
    return _("You") if did.kind is ActorKind.PERSON else _("This program")


def _split(target: str) -> tuple[type[Model], int] | None:
    label, _colon, number = target.partition(":")
    label = _ACCOUNT if label == ActorKind.USER else label
    if not number.isdecimal() or label.count(".") != 1:
        return None
    try:
        return apps.get_model(label), int(number)
    except LookupError:  # a table that went with a version
        return None


def _accounts_in(entries: Iterable[Entry]) -> set[str]:
    return {entry.target for entry in entries if entry.target.startswith(f"{ActorKind.USER}:")}


def names_of_rows(targets: Iterable[str]) -> dict[str, str]:
    """By target (``app.model:5``), where a room names such rows: one question to each of these rooms."""
    wanted: dict[str, dict[int, str]] = {}
    for target in targets:
        found = _split(target)
        if found and found[0]._meta.label_lower in row_names:
            wanted.setdefault(found[0]._meta.label_lower, {})[found[1]] = target
    return {
        numbers[number]: name
        for label, numbers in wanted.items()
        for number, name in row_names[label](list(numbers)).items()
    }


def kind_in_words(target: str) -> str:
    """What kind of row it is; empty where there is none such."""
    found = _split(target)
    return word(found[0]._meta.verbose_name) if found else ""


def _shown_beside(entries: Iterable[Entry]) -> dict[int, list[str]]:
    """What kinds of rows a list, an export or an answer of the API showed."""
    rows = Sighting.objects.filter(entry_id__in=[entry.pk for entry in entries])
    found: dict[int, list[str]] = {}
    for entry_id, label in rows.order_by("pk").values_list("entry_id", "label"):
        split = _split(f"{label}:0")
        if split:
            found.setdefault(entry_id, []).append(word(plural_of(split[0])))
    return found


def _on(
    entry: Entry,
    accounts: Mapping[str, str],
    known: Mapping[str, str],
    shown: Mapping[int, list[str]],
) -> str:
    """Kinds of rows that hold nothing of people are left out: what was done says them already."""
    parts = list(dict.fromkeys(shown.get(entry.pk, [])))
    found = _split(entry.target)
    if entry.target in accounts or entry.target in known:
        parts.insert(0, accounts.get(entry.target) or known[entry.target])
    elif found and personal_fields(found[0]):
        parts.insert(0, word(found[0]._meta.verbose_name))
    return capfirst(", ".join(parts))
