"""The first rows of an import as they would be taken in."""

from dataclasses import dataclass

from tradepost.audience.actions.imports import sample
from tradepost.audience.imports.rows import BadRow, row_parser
from tradepost.audience.models import CustomField, Import


@dataclass(frozen=True)
class PreviewRow:
    number: int
    email: str
    name: str
    answers: list[object]
    problem: str


@dataclass(frozen=True)
class Preview:
    titles: list[str]
    rows: list[PreviewRow]


def preview(run: Import, count: int = 10) -> Preview:
    """Writes nothing; says of each row what becomes of it."""
    questions = list(CustomField.objects.filter(merchant=run.merchant))
    used = [one for one in questions if f"field:{one.key}" in run.mapping.values()]
    parse = row_parser(run.mapping, questions)
    rows = []
    for number, cells in sample(run, count):
        try:
            row = parse(number, cells)
        except BadRow as error:
            rows.append(PreviewRow(number, " · ".join(cells)[:80], "", [], str(error)))
        else:
            answers = [row.fields.get(one.key, "") for one in used]
            rows.append(PreviewRow(number, row.email, row.name, answers, ""))
    return Preview([one.label for one in used], rows)
