"""From a row of a file to a contact: the same checks as everywhere, arranged for a million rows."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii as _quoted

from django.utils.translation import gettext as _

from tradepost.audience.custom_fields import LONGEST_TEXT, parse_answer
from tradepost.audience.fields.table import CONTACT_FIELDS, ContactField
from tradepost.audience.imports.history import Past, PastStatus
from tradepost.audience.imports.mapping import FIELD
from tradepost.audience.models import CustomField
from tradepost.audience.types import BadRow, FieldKind
from tradepost.datamap.subjects import email_hasher
from tradepost.lib.addresses import InvalidEmail, quickly_normalised
from tradepost.lib.cells import unguarded
from tradepost.lib.typed_text import without_secrets
from tradepost.ui.problems import problem_of

LOST = "\ufffd"  # what stands where bytes are no letter of the chosen charset
_MANY_DIGITS = re.compile(r"(?:\d\D{0,2}){13}")


@dataclass(slots=True)
class ContactRow:
    """A validated row. ``row_number`` counts data rows from 1; ``said`` is in the order of
    ``CONTACT_FIELDS``."""

    row_number: int
    email: str
    key: str
    said: tuple[str, ...]
    fields: dict[str, object]
    past: Past | None = None


Parse = Callable[[int, list[str]], ContactRow]
History = Callable[[list[str]], Past | None]


def row_parser(
    mapping: dict[str, str],
    questions: list[CustomField],
    history: History | None = None,
) -> Parse:
    """Build the function that validates one row; it raises :class:`BadRow`.

    ``history`` reads what the row says of the person's past elsewhere.
    """
    at = {name: int(number) for number, name in mapping.items()}
    email_at = at["email"]
    readers = [
        _reader(field, [at[part.name] for part in field.parts if part.name in at])
        for field in CONTACT_FIELDS
    ]
    asked = [
        (question.key, _answers_to(question), at[FIELD + question.key])
        for question in questions
        if FIELD + question.key in at
    ]

    key_of = email_hasher()

    def parse(number: int, cells: list[str]) -> ContactRow:
        try:
            email = quickly_normalised(unguarded(cells[email_at]))
        except IndexError:
            raise BadRow(_("The row has no column for the address.")) from None
        except InvalidEmail as error:
            raise BadRow(problem_of(error)) from None
        said = tuple([read(cells) for read in readers])
        fields = _answers(asked, cells)
        past = _past(history, cells) if history else None
        # Asked of the whole row first, which is quick: hardly any holds one.
        if LOST in "".join(cells) and any(LOST in str(value) for value in fields.values()):
            raise BadRow(_unreadable())
        return ContactRow(number, email, key_of(email), said, fields, past)

    return parse


def _reader(field: ContactField, places: list[int]) -> Callable[[list[str]], str]:
    """What makes one field of the cells of a row; it raises :class:`BadRow`."""

    def code(cells: list[str]) -> str:
        width = len(cells)
        found = [cells[i].strip().lower() for i in places if i < width]
        return " ".join(found)[: field.longest]

    def text(cells: list[str]) -> str:
        width = len(cells)
        whole = " ".join([unguarded(cells[i].strip()) for i in places if i < width]).strip()
        if whole:
            whole = _masked(whole)
        if len(whole) > field.longest:
            raise BadRow(field.too_long % {"most": field.longest})
        if LOST in whole:
            raise BadRow(_unreadable())
        return whole

    if not places:
        return lambda _cells: ""
    return code if field.is_code else text


def _unreadable() -> str:
    return _("A letter could not be read; choose how the file was written, or correct it.")


def _past(history: History, cells: list[str]) -> Past | None:
    past = history(cells)
    if past and past.standing is PastStatus.UNCONFIRMED:
        raise BadRow(_("This person never confirmed the subscription."))
    return past


def _answers(
    asked: list[tuple[str, Callable[[str], object], int]], cells: list[str]
) -> dict[str, object]:
    fields = {}
    for asked_for, answer, i in asked:
        if i < len(cells) and cells[i]:
            value = answer(unguarded(cells[i]))
            if value is not None:
                fields[asked_for] = value
    return fields


def _answers_to(question: CustomField) -> Callable[[str], object]:
    """What makes a value of a cell; it raises :class:`BadRow`."""

    def parsed(text: str) -> object:
        try:
            value = parse_answer(question, text)
        except ValueError as error:
            raise BadRow(f"{question.label}: {error}") from None
        return _masked(value) if isinstance(value, str) else value

    def short_text(text: str) -> object:
        return _masked(text.strip()) or None if len(text) <= LONGEST_TEXT else parsed(text)

    return short_text if question.kind == FieldKind.TEXT else parsed


def _masked(text: str) -> str:
    """As the columns do; the rows of an import are written past them, by statements of their own."""
    is_plain = text.isprintable() and not (len(text) > 12 and _MANY_DIGITS.search(text))
    return text if is_plain else without_secrets(text)


def as_json(fields: dict[str, object]) -> str:
    """As ``json.dumps`` writes it, three times as fast for the usual few texts."""
    if not fields:
        return "{}"
    pairs = [
        f"{_quoted(key)}: {_quoted(value) if type(value) is str else json.dumps(value)}"
        for key, value in fields.items()
    ]
    return f"{{{', '.join(pairs)}}}"
