"""The rows about somebody, read as they stand: what a copy must say of them, and what an erasure must have emptied.

They are found by the address that stands in them (or by its keyed hash) and by what refers to them, never by the
map of the running code; which columns matter is what was signed off.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db.models import CharField, Field, ForeignKey, Model, Q, TextField

from tradepost.assurance.inventory import signed_off
from tradepost.datamap.subjects import email_key
from tradepost.datamap.vocabulary import Kind, Subject

# Words that the shop's owner answers for; other rows of a shop name their own person.
_OF_THE_SHOP = frozenset({"campaigns.Campaign", "campaigns.SendingSettings"})
# Links that lead from a person to rows about somebody else: whoever is invited is another.
_ABOUT_OTHERS = frozenset({"merchants.Invitation.invited_by"})
# An answer to the shop leads back to whoever wrote; the store of what came in shows and erases it.
_NAMES_WHO_WROTE = "reply_to"
_EMPTY: tuple[object, ...] = (None, "", b"", {}, [])
Row = Mapping[str, object]


@dataclass(frozen=True)
class SignedField:
    """``said``: what was signed off about it."""

    label: str
    field: Field[object, object]
    said: str

    @property
    def column(self) -> str:
        return f"{self.field.model._meta.db_table}.{self.field.column}"

    @property
    def stays(self) -> bool:
        return "erase KEEP" in self.said


def signed_fields(*words: str) -> dict[str, list[SignedField]]:
    """Personal fields by model that were signed off with these words."""
    found: dict[str, list[SignedField]] = {}
    for label, said in signed_off()["fields"].items():
        text = str(said)
        if text.startswith("personal: ") and all(word in text for word in words):
            owner, _, name = label.rpartition(".")
            field = apps.get_model(owner)._meta.get_field(name)
            assert isinstance(field, Field)
            found.setdefault(owner, []).append(SignedField(owner, field, text))
    return found


class RowsAbout:
    """As they stood when they were read."""

    def __init__(self, subject: Subject, email: str, shop_id: int) -> None:
        """``shop_id``: whose customer it is; what the installation itself wrote to a customer is a member's."""
        self.fields = signed_fields(f"; {subject}; ")
        self.rows: dict[str, dict[object, Row]] = {label: {} for label in self.fields}
        for label in self.fields:
            model = apps.get_model(label)
            which = _naming(model, (email, email_key(email)))
            if which is not None and subject is Subject.CUSTOMER and _has(model, "merchant"):
                which &= Q(merchant=shop_id)
            self._take(label, which)
        while self._follow():
            pass

    def _follow(self) -> int:
        """What refers to rows that were found; returns how many are new."""
        return sum(
            self._take(label, Q(**{f"{link.name}__in": list(known)}))
            for label in self.fields
            for link in _links(apps.get_model(label))
            if f"{label}.{link.name}" not in _ABOUT_OTHERS
            and (known := self.rows.get(link.related_model._meta.label))
            and (link.related_model._meta.label != "merchants.Merchant" or label in _OF_THE_SHOP)
        )

    def _take(self, label: str, which: Q | None) -> int:
        if which is None:
            return 0
        known = self.rows[label]
        fresh = {
            row["pk"]: row
            for row in _read(label, which, [one.field.attname for one in self.fields[label]])
            if row["pk"] not in known
        }
        known |= fresh
        return len(fresh)

    def lacking_in(self, copy: Mapping[str, Sequence[Row]]) -> Iterator[str]:
        """``copy``: rows by model, as the person was given them."""
        for label, one, held in self._filled():
            if f"personal: {Kind.CREDENTIAL}" in one.said:
                continue
            missing = _missing(one.field, held, copy.get(label, ()))
            if missing:
                yield f"the copy lacks {one.column}: {missing} of {len(held)} values"

    def left(self) -> Iterator[str]:
        """Columns that should have been emptied or gone and hold what they held."""
        for label, rows in self.rows.items():
            fields = [one for one in self.fields[label] if not one.stays]
            names = [one.field.attname for one in fields]
            now = {row["pk"]: row for row in _read(label, Q(pk__in=list(rows)), names)}
            for one in fields:
                name = one.field.attname
                same = [
                    pk
                    for pk, row in rows.items()
                    if row[name] not in _EMPTY and pk in now and now[pk][name] == row[name]
                ]
                if same:
                    yield f"{one.column} still holds what it held in {len(same)} rows"

    def _filled(self) -> Iterator[tuple[str, SignedField, list[object]]]:
        for label, fields in self.fields.items():
            for one in fields:
                held = [row[one.field.attname] for row in self.rows[label].values()]
                if held := [value for value in held if value not in _EMPTY]:
                    yield label, one, held


def _read(label: str, which: Q, names: Sequence[str]) -> Iterator[Row]:
    yield from apps.get_model(label)._base_manager.filter(which).values("pk", *names).iterator()


def _naming(model: type[Model], texts: Sequence[str]) -> Q | None:
    which: Q | None = None
    for field in model._meta.concrete_fields:
        if isinstance(field, CharField | TextField) and field.name != _NAMES_WHO_WROTE:
            for text in texts:
                here = Q(**{f"{field.name}__iexact": text})
                which = here if which is None else which | here
    return which


def _has(model: type[Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)


def _links(model: type[Model]) -> list[ForeignKey[Model, Model]]:
    return [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]


def _missing(field: Field[object, object], held: Sequence[object], given: Sequence[Row]) -> int:
    """How many of the values that are held the copy does not give."""
    if any(isinstance(value, dict) for value in held):
        wanted = Counter(
            (f"{field.name}.{key}", _text(inner))
            for value in held
            if isinstance(value, dict)
            for key, inner in value.items()
        )
        shown = Counter((name, _text(value)) for row in given for name, value in row.items())
        return (wanted - shown).total()
    values = [row.get(field.name) for row in given]
    values = [value for value in values if value not in _EMPTY]
    if any(_is_rewritten(value) for value in held):
        return max(len(held) - len(values), 0)
    if _is_shown_in_words(field):
        # Each row has its word, and different ones have different words.
        few = len({_text(one) for one in held}) - len({_text(one) for one in values})
        return max(len(held) - len(values), few, 0)
    return (Counter(map(_text, held)) - Counter(map(_text, values))).total()


def _is_shown_in_words(field: Field[object, object]) -> bool:
    return bool(field.choices) or field.is_relation or field.name.endswith("_minor")


def _is_rewritten(value: object) -> bool:
    """Links lead to people's pages, so a copy cuts them; of bytes it gives the size."""
    return isinstance(value, bytes | memoryview) or "://" in str(value)


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
