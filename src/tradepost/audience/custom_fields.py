"""Answers to a merchant's own questions: one place that turns text into the value kept as JSON."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from tradepost.audience.models import CustomField
from tradepost.audience.types import FieldKind, InvalidContact
from tradepost.lib.typed_text import typed

LONGEST_TEXT = 500
_YES = {"yes", "y", "true", "1", "on", "ja", "j", "x", "oui", "si", "sí"}
_NO = {"no", "n", "false", "0", "off", "nein", "non"}
_DATES = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ].*)?"),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})"),
)

# One thousand to some, one with three decimals to others.
_TWO_WAYS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_BETWEEN_GROUPS = re.compile(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))")


def clean_fields(answers: dict[str, object], questions: Iterable[CustomField]) -> dict[str, object]:
    """Keep what is asked, as JSON of the right type; empty answers are left out, none is required.

    Dates become ``YYYY-MM-DD`` and numbers JSON numbers, so that they compare in the database.

    Raises:
        InvalidContact: an answer does not fit its question, or answers none.
    """
    asked = {question.key: question for question in questions}
    errors: dict[str, str] = {}
    kept: dict[str, object] = {}
    for key, answer in answers.items():
        if key not in asked:
            errors[key] = _("There is no such field.")
            continue
        try:
            value = parse_answer(asked[key], answer)
        except ValueError as error:
            errors[key] = str(error)
        else:
            if value is not None:
                kept[key] = value
    if errors:
        raise InvalidContact(errors)
    return kept


def parse_answer(question: CustomField, answer: object) -> object:
    """The value to keep, or None for an empty answer.

    Raises:
        ValueError: with what is wrong, for the person who typed it.
    """
    if answer is None or answer == "":
        return None
    text = ("yes" if answer else "no") if isinstance(answer, bool) else str(answer).strip()
    if not text:
        return None
    return _PARSERS[FieldKind(question.kind)](text, question)


def _text(text: str, question: CustomField) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValueError(_("At most %(number)d characters.") % {"number": LONGEST_TEXT})
    return typed(text, LONGEST_TEXT)


def _number(text: str, question: CustomField) -> int | float:
    try:
        if _TWO_WAYS.fullmatch(text):
            raise InvalidOperation  # noqa: TRY301  one way out for all that is no number
        number = Decimal(_BETWEEN_GROUPS.sub("", text).replace(",", "."))
    except InvalidOperation:
        raise ValueError(_("“%(text)s” is not a number.") % {"text": text[:40]}) from None
    if not number.is_finite() or abs(number) > 10**15:
        raise ValueError(_("“%(text)s” is not a number we can keep.") % {"text": text[:40]})
    return int(number) if number == number.to_integral_value() else float(number)


def _date(text: str, question: CustomField) -> str:
    for form in _DATES:
        if found := form.fullmatch(text):
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"])).isoformat()
            except ValueError:
                break
    raise ValueError(_("“%(text)s” is not a date; write 2026-12-31.") % {"text": text[:40]})


def _choice(text: str, question: CustomField) -> str:
    for choice in question.choices:
        if choice.casefold() == text.casefold():
            return str(choice)
    raise ValueError(_("“%(text)s” is none of the possible answers.") % {"text": text[:40]})


def _yes_no(text: str, question: CustomField) -> bool:
    if text.casefold() in _YES:
        return True
    if text.casefold() in _NO:
        return False
    raise ValueError(_("“%(text)s” is neither yes nor no.") % {"text": text[:40]})


_PARSERS = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.YES_NO: _yes_no,
}
