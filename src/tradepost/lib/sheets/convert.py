"""The first sheet of a workbook as CSV, made by a child process under limits."""

import csv
import json
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import repeat
from pathlib import Path
from xml.parsers.expat import ExpatError

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from tradepost.lib.sheets.extents import judge
from tradepost.lib.sheets.limits import Limits, limit_this_process, run_child
from tradepost.lib.sheets.refusals import SheetRefusal, SheetRefused

_ZIP = b"PK"
_DAMAGED = (CalamineError, IndexError, ValueError, ExpatError)
# What zipfile raises for a damaged package, for a packing method it does not know, for a password.
_BAD_ZIP = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, KeyError)


def sheet_to_csv(
    source: Path,
    target: Path,
    *,
    limits: Limits | None = None,
    waiting: Callable[[], None] | None = None,
) -> None:
    """Write the first sheet of ``source`` (XLSX, XLSM, XLSB, XLS, ODS) to ``target`` in UTF-8.

    Empty rows stay empty rows, so that numbers are those of the sheet. ``waiting`` is called every
    second, and may raise.

    Raises:
        SheetRefused: ``target`` may then be half written.
    """
    allowed = limits or Limits()
    command = [sys.executable, "-m", "tradepost.lib.sheets", str(source), str(target)]
    code, output = run_child(
        [*command, json.dumps(asdict(allowed))], seconds=2 * allowed.cpu_seconds, waiting=waiting
    )
    if code == 0:
        return
    try:
        said = json.loads(output)
        why, number = SheetRefusal(said["why"]), int(said["number"])
    except (ValueError, KeyError, TypeError):  # it ended without a word: a limit was reached
        why, number = SheetRefusal.TOO_MUCH_WORK, 0
    raise SheetRefused(why, number)


def main(arguments: list[str]) -> int:
    """The child: says on one line why it refuses."""
    source, target, given = arguments
    limits = Limits(**json.loads(given))
    limit_this_process(limits)
    try:
        _convert(Path(source), Path(target), limits)
    except SheetRefused as refused:
        return _say(refused.why, refused.number)
    except (MemoryError, OSError):
        return _say(SheetRefusal.TOO_MUCH_WORK)
    return 0


def _say(why: SheetRefusal, number: int = 0) -> int:
    sys.stdout.write(json.dumps({"why": why, "number": number}))
    return 1


def _convert(source: Path, target: Path, limits: Limits) -> None:
    with source.open("rb") as stream:
        is_zip = stream.read(2) == _ZIP
    if is_zip:
        _judge(source, limits)
    try:
        sheet = CalamineWorkbook.from_path(str(source)).get_sheet_by_index(0)
    except PasswordError:
        raise SheetRefused(SheetRefusal.PROTECTED) from None
    except _DAMAGED:
        raise SheetRefused(SheetRefusal.DAMAGED) from None
    if sheet.total_width > limits.columns:
        raise SheetRefused(SheetRefusal.COLUMNS, sheet.total_width)
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        for row in _plain_rows(sheet.iter_rows(), limits):
            writer.writerow(row)


def _judge(source: Path, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(source) as package:
            judge(package, limits)
    except SheetRefused:
        raise
    except (*_BAD_ZIP, *_DAMAGED):
        raise SheetRefused(SheetRefusal.DAMAGED) from None


def _plain_rows(rows: Iterable[Sequence[object]], limits: Limits) -> Iterator[list[str]]:
    """Empty rows stay empty rows; at the end they are none."""
    empty = 0
    for row in rows:
        texts = [_plain(cell, limits) for cell in row]
        if not any(map(str.strip, texts)):
            empty += 1
            continue
        yield from repeat([], empty)
        empty = 0
        yield texts


def _plain(cell: object, limits: Limits) -> str:
    """As a person would type it: whole numbers without a decimal point, dates in ISO form."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    text = cell.isoformat() if hasattr(cell, "isoformat") else str(cell)
    if len(text) > limits.cell_characters:
        raise SheetRefused(SheetRefusal.LONG_CELL)
    return text.replace("\0", "")
