"""Reading a list that a stranger sent: in a process of its own, which may not take more than it is given."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from tradepost.catalog.layouts.recognise import read_table
from tradepost.catalog.shopify.listed import Listing
from tradepost.catalog.shopify.table import UnreadableList, read_rows
from tradepost.lib.lazy_modules import LazyModule
from tradepost.lib.sheets.limits import MEGABYTE, Limits, limit_this_process, run_child

if TYPE_CHECKING:
    import pydantic
else:
    pydantic = LazyModule("pydantic")

LIMITS = Limits(memory=1024 * MEGABYTE, cpu_seconds=120, written=200 * MEGABYTE)


@dataclass(frozen=True)
class ReadList:
    """What the file says, and how many rows it has."""

    rows: int
    listing: Listing


@cache
def _as_json() -> "pydantic.TypeAdapter[ReadList]":
    return pydantic.TypeAdapter(ReadList)


def read_here(data: bytes, *, currency: str, site: str) -> ReadList:
    """Raises: UnreadableList."""
    table = read_rows(data)
    return ReadList(len(table.rows), read_table(table, currency=currency, site=site))


def read_apart(
    data: bytes,
    *,
    currency: str,
    site: str,
    limits: Limits = LIMITS,
    waiting: Callable[[], None] | None = None,
) -> ReadList:
    """As :func:`read_here`, by a child process. ``waiting`` is called every second, and may raise.

    Raises: UnreadableList, also when the child came to a limit.
    """
    with TemporaryDirectory(prefix="list-") as folder:
        source, target = Path(folder) / "source", Path(folder) / "target"
        source.write_bytes(data)
        said = {"currency": currency, "site": site, "language": get_language() or "en"}
        command = [sys.executable, "-m", "tradepost.catalog.layouts", str(source), str(target)]
        code, output = run_child(
            [*command, json.dumps(said), json.dumps(asdict(limits))],
            seconds=2 * limits.cpu_seconds,
            waiting=waiting,
        )
        if code == 0:
            return _as_json().validate_json(target.read_bytes())
    raise UnreadableList(_refusal(output))


def _refusal(output: str) -> str:
    try:
        return str(json.loads(output)["refused"])
    except (ValueError, KeyError, TypeError):  # it ended without a word: a limit was reached
        return _("This list needs more memory or time than one import may have; split it.")


def main(arguments: list[str]) -> int:
    """The child: writes what it read, or says on one line why it refuses."""
    source, target, given, allowed = arguments
    said = json.loads(given)
    limit_this_process(Limits(**json.loads(allowed)))
    with override(said["language"]):
        try:
            data = Path(source).read_bytes()
            found = read_here(data, currency=said["currency"], site=said["site"])
        except UnreadableList as refused:
            sys.stdout.write(json.dumps({"refused": str(refused)}))
            return 1
    Path(target).write_bytes(_as_json().dump_json(found))
    return 0
