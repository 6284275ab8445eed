"""A person's copy of everything, as files that other programs open (promise right.portable)."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.words import word
from tradepost.lib import clock
from tradepost.lib.lazy_modules import LazyModule
from tradepost.rights.actions.letters import merchant_of, sender_name
from tradepost.rights.queries import MOST_LOOKS, Group, held_about, looks_at, recipients_of
from tradepost.rights.record.words import lines_for_person
from tradepost.rights.words import kept_in_words

if TYPE_CHECKING:
    import xlsxwriter
else:
    xlsxwriter = LazyModule("xlsxwriter")

_FORMULA = re.compile(r"^[=@\t\r]|^[+-](?![\d\s.,()/-]*$)")
_LONGEST_CELL = 32_767  # Excel's
_WIDE = 24  # characters
_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")


class UnknownFormat(LookupError):
    """Neither HTML, JSON, CSV nor XLSX."""


def export(*, ref: SubjectRef, form: str) -> tuple[str, str, bytes]:
    """File name, media type and content. CSV comes zipped, one file a kind of record.

    Raises:
        UnknownFormat
    """
    tables = [*_tables(held_about(ref)), *_surroundings(ref)]
    name = f"my-data-{clock.now():%Y-%m-%d}"
    if form == "json":
        return f"{name}.json", "application/json", as_json(tables)
    if form == "xlsx":
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return f"{name}.xlsx", kind, as_xlsx(ref, tables)
    if form == "html":
        return f"{name}.html", "text/html; charset=utf-8", as_html(ref, tables)
    if form == "csv":
        return f"{name}.zip", "application/zip", as_csv(tables)
    raise UnknownFormat(form)


class ExportTable:
    """``rows`` are for programs, by names of columns; ``shown`` is the same in words for people."""

    def __init__(
        self,
        id: str,
        title: str,
        rows: Iterable[dict[str, object]],
        labels: Mapping[str, str] | None = None,
        **about: str,
    ) -> None:
        self.id, self.title, self.about, self.labels = id, title, about, labels or {}
        held = list(rows)
        self.rows = [{key: _plain(value) for key, value in row.items()} for row in held]
        self.words = [{key: for_people(value) for key, value in row.items()} for row in held]
        self.columns = list(dict.fromkeys(key for row in self.rows for key in row))

    def label(self, column: str) -> str:
        return capfirst(self.labels.get(column, column))

    def shown(self) -> list[list[tuple[str, str]]]:
        """Without what is empty."""
        return [
            [(self.label(name), row[name]) for name in self.columns if row.get(name)]
            for row in self.words
        ]

    @property
    def told(self) -> str:
        """What for, why it may be, and until when."""
        parts = (capfirst(self.about.get("purpose", "")), self.about.get("basis", ""))
        return " · ".join(filter(None, (*parts, self.about.get("kept", ""))))


def _tables(groups: list[Group]) -> list[ExportTable]:
    return [
        ExportTable(
            group.id,
            group.title,
            ({item.name: item.value for item in row.items} for row in group.rows),
            labels={item.name: item.label for row in group.rows for item in row.items},
            purpose=group.purpose,
            basis=group.basis,
            kept=kept_in_words(group.keep) if group.keep else "",
        )
        for group in groups
    ]


def _surroundings(ref: SubjectRef) -> list[ExportTable]:
    looks = (
        {"at": line.at, "who": line.who, "did": line.did, "on": line.on, "why": line.why}
        for line in lines_for_person(list(looks_at(ref)[:MOST_LOOKS]))
    )
    recipients = (
        {
            "at": row.at,
            "recipient": row.who,
            "kinds": ", ".join(map(word, row.kinds)),
            "purpose": word(row.purpose),
        }
        for row in recipients_of(ref)
    )
    return [
        ExportTable("who-saw-it", _("Who saw or changed it"), looks, labels=_of_record()),
        ExportTable("who-received-it", _("Who received it"), recipients, labels=_of_record()),
    ]


def _of_record() -> dict[str, str]:
    return {
        "at": _("When"),
        "who": _("Who"),
        "did": _("What"),
        "on": _("On"),
        "why": _("Why"),
        "recipient": _("Who"),
        "kinds": _("Kinds of data"),
        "purpose": _("What for"),
    }


def _plain(value: object) -> object:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return str(value)


def for_people(value: object) -> str:
    """As a person reads it: days and hours in the reader's form, yes and no, lists in a line."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {for_people(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(for_people(inner) for inner in value)
    return str(value)


def as_json(tables: list[ExportTable]) -> bytes:
    document = {
        "made_at": clock.now().isoformat(),
        "records": {
            table.id: {"title": table.title, **table.about, "rows": table.rows} for table in tables
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def as_html(ref: SubjectRef, tables: list[ExportTable]) -> bytes:
    """To be read, printed and kept: one page that loads nothing."""
    merchant = merchant_of(ref)
    context = {"tables": tables, "sender": sender_name(merchant), "made_at": clock.now()}
    return render_to_string("rights/copy.html", context | {"email": ref.email}).encode()


def as_csv(tables: list[ExportTable]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            text = io.StringIO()
            writer = csv.writer(text)
            writer.writerow(table.columns)
            for row in table.rows:
                writer.writerow([_cell(row.get(column)) for column in table.columns])
            archive.writestr(f"{table.id}.csv", "\ufeff" + text.getvalue())
    return packed.getvalue()


def as_xlsx(ref: SubjectRef, tables: list[ExportTable]) -> bytes:
    """The same as the page to read, a sheet for each kind of record; every cell is a text, no formula runs."""
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed, {"in_memory": True, "strings_to_formulas": False})
    _write(book.add_worksheet(_sheet_name(0, _("My data"))), _cover(ref, tables))
    for number, table in enumerate(tables, start=1):
        lines = [[row.get(column, "") for column in table.columns] for row in table.words]
        head = [table.label(column) for column in table.columns]
        _write(book.add_worksheet(_sheet_name(number, table.title)), [head, *lines])
    book.close()
    return packed.getvalue()


def _sheet_name(number: int, title: str) -> str:
    """At most 31 characters, each name once."""
    return f"{number} {_SHEET_NAME.sub(' ', title)[:27]}"


def _cover(ref: SubjectRef, tables: list[ExportTable]) -> list[list[str]]:
    said = {"sender": sender_name(merchant_of(ref)), "email": ref.email}
    made = date_format(timezone.localtime(clock.now()), "DATETIME_FORMAT")
    lines = [[_("Everything that %(sender)s holds about %(email)s.") % said, made], []]
    return lines + [[table.title, str(len(table.rows)), table.told] for table in tables]


def _write(sheet: "xlsxwriter.worksheet.Worksheet", lines: list[list[str]]) -> None:
    for number, line in enumerate(lines):
        for column, text in enumerate(line):
            sheet.write_string(number, column, text[:_LONGEST_CELL])
    sheet.set_column(0, 20, _WIDE)
    sheet.freeze_panes(1, 0)


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cell(value: object) -> str:
    """A spreadsheet must not take a text for a formula; telephone numbers stay as they are."""
    text = _text(value)
    return f"'{text}" if _FORMULA.match(text) else text
