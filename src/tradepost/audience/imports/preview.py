"""The first rows of an import as they would be taken in."""

from dataclasses import dataclass

from tradepost.audience import files
from tradepost.audience.imports.history import KEPT_OUT, MEANINGS
from tradepost.audience.imports.rows import LOST
from tradepost.audience.imports.stored import parser_of, sample
from tradepost.audience.models import CustomField, Import
from tradepost.audience.types import BadRow
from tradepost.lib.charsets import CHARSETS, likely, lines_beyond_ascii


@dataclass(frozen=True)
class PreviewRow:
    number: int
    email: str
    name: str
    answers: list[object]
    problem: str
    kept_out: object = ""


@dataclass(frozen=True)
class Preview:
    titles: list[str]
    rows: list[PreviewRow]


def preview(run: Import, count: int = 10) -> Preview:
    """Writes nothing; says of each row what becomes of it."""
    questions = list(CustomField.objects.filter(merchant=run.merchant))
    used = [one for one in questions if f"field:{one.key}" in run.mapping.values()]
    parse = parser_of(run)
    words = dict(MEANINGS)
    rows = []
    for number, cells in sample(run, count):
        try:
            row = parse(number, cells)
        except BadRow as error:
            rows.append(PreviewRow(number, " · ".join(cells)[:80], "", [], str(error)))
        else:
            answers = [row.fields.get(one.key, "") for one in used]
            past = row.past
            why = words[past.standing] if past and past.standing in KEPT_OUT else ""
            rows.append(PreviewRow(number, row.email, row.name, answers, "", why))
    return Preview([one.label for one in used], rows)


_MOST_CHOICES = 8
_SHOWN = 120


def charset_choices(run: Import) -> list[tuple[str, str]]:
    """Ways to read the file that give different names, the likeliest first, each with what it gives.

    Empty where the file itself says how it is written.
    """
    if run.charset_is_certain:
        return []
    with files.opened(files.UPLOADS, run.stored_as) as stream:
        telling = lines_beyond_ascii(stream)
    choices: dict[str, str] = {}
    for charset in [run.charset, *likely(telling)]:
        text = " · ".join(line.decode(charset, "replace") for line in telling[:4])[:_SHOWN]
        if text not in choices.values() and LOST not in text:
            choices.setdefault(charset, text)
        if len(choices) == _MOST_CHOICES:
            break
    choices.setdefault(run.charset, "")
    return [(charset, f"{CHARSETS[charset]}: {text}") for charset, text in choices.items()]
