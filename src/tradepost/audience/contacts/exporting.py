"""Contacts as a file: CSV, XLSX or JSON, written row by row so that size does not matter."""

import csv
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from django.db.models import QuerySet

from tradepost.audience.fields.table import ADDRESS, FIELD_NAMES, said_of
from tradepost.audience.models import ConsentRecord, Contact, CustomField
from tradepost.audience.types import MembershipState
from tradepost.delivery.types import SuppressionReason
from tradepost.lib.cells import safe_cell
from tradepost.lib.lazy_modules import LazyModule

if TYPE_CHECKING:
    import xlsxwriter
else:
    xlsxwriter = LazyModule("xlsxwriter")

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
_OWN = (
    *(ADDRESS.name, *FIELD_NAMES, "source", "since", "status", "lists", "lists_left", "left_at"),
    *("consent_at", "consent_how", "consent_text", "consent_where", "suppressed"),
)
_STATUS = {SuppressionReason.BOUNCE: "bounced", SuppressionReason.COMPLAINT: "complained"}


class Writer(Protocol):
    """Takes one record after the other; a context manager that finishes the file."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def write(self, record: dict[str, object]) -> None: ...


def columns(questions: list[CustomField]) -> list[str]:
    return [*_OWN, *(question.key for question in questions)]


@dataclass(frozen=True)
class ExportFacts:
    """What is known of a slice of contacts beside their rows.

    ``reasons``: address → why nobody writes to it. ``consents``: ``email_key`` → the consent to news
    that counts, or the last one.
    """

    reasons: dict[str, SuppressionReason]
    consents: dict[str, ConsentRecord]


def record_of(
    contact: Contact, questions: list[CustomField], standing: ExportFacts
) -> dict[str, object]:
    """Memberships and their lists must be prefetched. The words of the status are those that the
    import reads."""
    memberships = list(contact.memberships.all())
    on = [one.contact_list.name for one in memberships if one.state == MembershipState.SUBSCRIBED]
    left = [one for one in memberships if one.state == MembershipState.UNSUBSCRIBED]
    reason = standing.reasons.get(contact.email)
    status = _status(reason, is_on=bool(on), has_left=bool(left))
    consent = standing.consents.get(contact.email_key)
    own = (
        contact.email,
        *said_of(contact).values(),
        contact.source,
        contact.created_at.isoformat(timespec="seconds"),
        status,
        "; ".join(on),
        "; ".join(f"{one.contact_list.name} ({_when(one.ended_at)})" for one in left),
        "" if status == "subscribed" else max((_when(one.ended_at) for one in left), default=""),
        _when(consent.given_at) if consent else "",
        consent.confirmed_by if consent else "",
        consent.wording.text if consent else "",
        consent.where if consent else "",
        reason.value if reason else "",
    )
    answers = {question.key: contact.fields.get(question.key) for question in questions}
    return dict(zip(_OWN, own, strict=True)) | answers


def _status(reason: SuppressionReason | None, *, is_on: bool, has_left: bool) -> str:
    """``subscribed``, ``unsubscribed``, ``bounced``, ``complained``, or ``none`` without any consent."""
    if reason:
        return _STATUS.get(reason, "unsubscribed")
    if is_on:
        return "subscribed"
    return "unsubscribed" if has_left else "none"


def _when(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


def writer(form: str, path: Path, names: list[str]) -> Writer:
    kinds: dict[str, Callable[[Path, list[str]], Writer]]
    kinds = {"csv": _Csv, "xlsx": _Xlsx, "json": _Json}
    return kinds[form](path, names)


def slices(rows: QuerySet[Contact], size: int) -> Iterator[list[Contact]]:
    """By row number, so that a slice costs the same at the end as at the start."""
    last = 0
    while part := list(rows.filter(pk__gt=last).order_by("pk")[:size]):
        yield part
        last = part[-1].pk


class _Closing(ABC):
    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @abstractmethod
    def write(self, record: dict[str, object]) -> None:
        """Add one row."""

    @abstractmethod
    def close(self) -> None:
        """Finish the file."""


class _Csv(_Closing):
    def __init__(self, path: Path, names: list[str]) -> None:
        self.stream = path.open("w", encoding="utf-8-sig", newline="")
        self.rows = csv.writer(self.stream)
        self.rows.writerow(names)

    def write(self, record: dict[str, object]) -> None:
        self.rows.writerow([safe_cell(_text(value)) for value in record.values()])

    def close(self) -> None:
        self.stream.close()


class _Json(_Closing):
    def __init__(self, path: Path, names: list[str]) -> None:  # noqa: ARG002  as each of the writers
        self.stream = path.open("w", encoding="utf-8")
        self.stream.write("[")
        self.between = "\n"

    def write(self, record: dict[str, object]) -> None:
        self.stream.write(self.between + json.dumps(record, ensure_ascii=False))
        self.between = ",\n"

    def close(self) -> None:
        self.stream.write("\n]\n")
        self.stream.close()


class _Xlsx(_Closing):
    def __init__(self, path: Path, names: list[str]) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(str(path), options)
        self.sheet = self.book.add_worksheet()
        self.sheet.write_row(0, 0, names)
        self.row = 0

    def write(self, record: dict[str, object]) -> None:
        self.row += 1
        for column, value in enumerate(record.values()):
            if isinstance(value, int | float) and not isinstance(value, bool):
                self.sheet.write_number(self.row, column, value)
            else:
                self.sheet.write_string(self.row, column, _text(value))

    def close(self) -> None:
        self.book.close()


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
