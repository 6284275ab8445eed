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
from django.utils.translation import gettext as _

from tradepost.datamap.registry import actions
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.words import word
from tradepost.lib import clock
from tradepost.lib.lazy_modules import LazyModule
from tradepost.rights.actions.letters import merchant_of, sender_name
from tradepost.rights.queries import Group, held_about, looks_at, recipients_of
from tradepost.rights.words import kept_in_words

if TYPE_CHECKING:
    import xlsxwriter
else:
    xlsxwriter = LazyModule("xlsxwriter")

_FORMULA = re.compile(r"^[=@\t\r]|^[+-](?![\d\s.,()/-]*$)")
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
        return f"{name}.xlsx", kind, as_xlsx(tables)
    if form == "html":
        return f"{name}.html", "text/html; charset=utf-8", as_html(ref, tables)
    if form == "csv":
        return f"{name}.zip", "application/zip", as_csv(tables)
    raise UnknownFormat(form)


class ExportTable:
    """``columns`` are names for programs; ``shown`` yields the rows in words for people."""

    def __init__(
        self,
        id: str,
        title: str,
        rows: Iterable[dict[str, object]],
        labels: Mapping[str, str] | None = None,
        **about: str,
    ) -> None:
        self.id, self.title, self.about, self.labels = id, title, about, labels or {}
        self.rows = [{key: _plain(value) for key, value in row.items()} for row in rows]
        self.columns = list(dict.fromkeys(key for row in self.rows for key in row))

    def shown(self) -> list[list[tuple[str, object]]]:
        named = [(name, self.labels.get(name, name)) for name in self.columns]
        return [
            [(label, row[name]) for name, label in named if row.get(name) not in (None, "")]
            for row in self.rows
        ]


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
        {
            "at": entry.at,
            "who": entry.actor,
            "did": str(actions.get(entry.action, entry.action)),
            "why": entry.reason,
        }
        for entry in looks_at(ref)[:5000]
    )
    recipients = (
        {"at": row.at, "recipient": row.who, "kinds": ", ".join(map(word, row.kinds))}
        for row in recipients_of(ref)
    )
    return [
        ExportTable("who-saw-it", _("Who saw or changed it"), looks),
        ExportTable("who-received-it", _("Who received it"), recipients),
    ]


def _plain(value: object) -> object:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
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


def as_xlsx(tables: list[ExportTable]) -> bytes:
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed, {"in_memory": True, "strings_to_formulas": False})
    for number, table in enumerate(tables, start=1):
        title = _SHEET_NAME.sub(" ", table.title)[:27]
        sheet = book.add_worksheet(f"{number} {title}")
        for column, heading in enumerate(table.columns):
            sheet.write_string(0, column, heading)
            for line, row in enumerate(table.rows, start=1):
                sheet.write_string(line, column, _text(row.get(heading))[:32767])
    book.close()
    return packed.getvalue()


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cell(value: object) -> str:
    """A spreadsheet must not take a text for a formula; telephone numbers stay as they are."""
    text = _text(value)
    return f"'{text}" if _FORMULA.match(text) else text
