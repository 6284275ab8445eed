"""The first rows of an import as they would be taken in."""

from dataclasses import dataclass

from tradepost.audience import files
from tradepost.audience.fields.table import CONTACT_FIELDS
from tradepost.audience.imports.history import KEPT_OUT, MEANINGS
from tradepost.audience.imports.rows import LOST
from tradepost.audience.imports.stored import parser_of, sample
from tradepost.audience.models import CustomField, Import
from tradepost.audience.types import BadRow
from tradepost.lib.charsets import CHARSETS, likely, lines_beyond_ascii
from tradepost.ui.form_options import Text


@dataclass(frozen=True)
class PreviewRow:
    """``said``: the texts that people type, and the answers to own fields, as the titles say."""

    number: int
    email: str
    said: list[str]
    answers: list[object]
    problem: str
    kept_out: object = ""


@dataclass(frozen=True)
class Preview:
    """``titles`` of what each row says, then of its answers."""

    titles: list[Text]
    rows: list[PreviewRow]


def preview(run: Import, count: int = 10) -> Preview:
    """Writes nothing; says of each row what becomes of it."""
    questions = list(CustomField.objects.filter(merchant=run.merchant))
    used = [one for one in questions if f"field:{one.key}" in run.mapping.values()]
    texts = [(at, one.label) for at, one in enumerate(CONTACT_FIELDS) if not one.is_code]
    parse = parser_of(run)
    words = dict(MEANINGS)
    rows = []
    for number, cells in sample(run, count):
        try:
            row = parse(number, cells)
        except BadRow as error:
            rows.append(PreviewRow(number, " · ".join(cells)[:80], [], [], str(error)))
        else:
            said = [row.said[at] for at, _label in texts]
            answers = [row.fields.get(one.key, "") for one in used]
            past = row.past
            why = words[past.standing] if past and past.standing in KEPT_OUT else ""
            rows.append(PreviewRow(number, row.email, said, answers, "", why))
    return Preview([*(label for _at, label in texts), *(one.label for one in used)], rows)


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
