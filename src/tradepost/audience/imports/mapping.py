"""Which column of a file becomes what: guessed from names, or as the last time."""

from django.utils.translation import gettext as _

from tradepost.audience.fields.table import ADDRESS, CONTACT_FIELDS
from tradepost.audience.imports import history
from tradepost.audience.imports.history import meaning_of, plain_word
from tradepost.audience.models import CustomField, Import
from tradepost.ui.form_options import Text

FIELD = "field:"
PARTS = (ADDRESS, *(part for field in CONTACT_FIELDS for part in field.parts))


def targets(questions: list[CustomField]) -> list[tuple[str, Text]]:
    """What a column can become, as choices of a select."""
    return [
        ("", _("leave out")),
        *((part.name, part.label) for part in PARTS),
        *history.TARGETS,
        *((f"{FIELD}{question.key}", question.label) for question in questions),
    ]


def guess(run: Import, sample: list[list[str]], questions: list[CustomField]) -> dict[str, str]:
    """Column number (as text) → target. The last import with the same columns decides if there is one."""
    earlier = (
        Import.objects.filter(merchant=run.merchant, header=run.header)
        .exclude(pk=run.pk)
        .exclude(mapping={})
        .first()
    )
    allowed = {name for name, _label in targets(questions)}
    if earlier:
        return {at: name for at, name in earlier.mapping.items() if name in allowed}
    found: dict[str, str] = {}
    for number, title in enumerate(run.header):
        name = _by_name(title, questions)
        if name and name not in found.values():
            found[str(number)] = name
    if "email" not in found.values():
        found |= _by_content(sample)
    if "status" not in found.values():
        found |= _status_by_content(sample, found)
    return found


def names_addresses(title: str) -> bool:
    """Whether a column of this name holds e-mail addresses."""
    return _plain(title) in ADDRESS.titles


def _by_name(title: str, questions: list[CustomField]) -> str:
    plain = _plain(title)
    for part in PARTS:
        if plain in part.titles:
            return part.name
    for question in questions:
        if plain in {_plain(question.key), _plain(question.label)}:
            return f"{FIELD}{question.key}"
    return next((name for name, titles in history.COLUMNS.items() if plain in titles), "")


def _by_content(sample: list[list[str]]) -> dict[str, str]:
    for number in range(max((len(row) for row in sample), default=0)):
        cells = [row[number] for row in sample if len(row) > number]
        if cells and sum("@" in cell for cell in cells) > len(cells) / 2:
            return {str(number): "email"}
    return {}


def _status_by_content(sample: list[list[str]], found: dict[str, str]) -> dict[str, str]:
    """A column whatever its name, of which every cell is a status that we know."""
    for number in range(max((len(row) for row in sample), default=0)):
        cells = [row[number].strip() for row in sample if len(row) > number]
        words = [cell for cell in cells if plain_word(cell)]
        telling = [cell for cell in words if not cell[0].isdigit()]
        is_free = str(number) not in found and len(telling) == len(words)
        if is_free and telling and all(meaning_of(word, {}) is not None for word in words):
            return {str(number): "status"}
    return {}


def _plain(title: str) -> str:
    return plain_word(title).replace("é", "e")
