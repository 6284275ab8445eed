"""Reading an import's stored file: its first people, its unknown words, its rows."""

from itertools import islice

from tradepost.audience.imports.history import (
    LONGEST_WORD,
    MOST_WORDS,
    history_reader,
    unknown_words,
)
from tradepost.audience.imports.reading import rows_of
from tradepost.audience.imports.rows import Parse, row_parser
from tradepost.audience.models import CustomField, Import
from tradepost.lib.tables import numbered_top

LOOKED_AT = 50_000  # rows, for words that stand for a status


def sample(run: Import, count: int = 8, *, charset: str = "") -> list[tuple[int, list[str]]]:
    """The first people of the stored file as they are, with the numbers of their rows."""
    rows = rows_of(run.stored_as, run.separator, charset=charset or run.charset, skip=run.head_rows)
    return numbered_top(rows, count, first=run.head_rows + 1)


def statuses_to_ask(run: Import, mapping: dict[str, str], chosen: dict[str, str]) -> list[str]:
    """Words in the column of the status that nobody knows, among the first rows; at most some.

    A word that comes later is refused row by row.
    """
    at = next((int(number) for number, name in mapping.items() if name == "status"), None)
    if at is None:
        return []
    rows = rows_of(run.stored_as, run.separator, charset=run.charset, skip=run.head_rows)
    cells = (
        row[at][:LONGEST_WORD] if at < len(row) else ""
        for row in islice(rows, LOOKED_AT)
        if isinstance(row, list) and any(map(str.strip, row))
    )
    return unknown_words(cells, chosen)[:MOST_WORDS]


def parser_of(run: Import) -> Parse:
    questions = list(CustomField.objects.filter(merchant=run.merchant))
    list_name = run.contact_list.name if run.contact_list else ""
    history = history_reader(run.mapping, run.header, run.status_words, list_name)
    return row_parser(run.mapping, questions, history)
