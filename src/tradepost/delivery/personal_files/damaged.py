"""Files that were moved aside because they could not be read (``lib.files.move_aside``).

Journals of the sender are among them, and a mail server's answer may name an address. So they are kept
for a person to look at, found by the bytes they hold, and let go after a month.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

from django.conf import settings

from tradepost.datamap.subjects import SubjectRef
from tradepost.delivery.personal_files.addresses import addresses_in
from tradepost.delivery.retention import DAMAGED_FOR
from tradepost.lib.files import DAMAGED
from tradepost.lib.naming import Names

# Nothing that is read back lies deeper; pictures, of which there are many, do.
_PLACES = ("", "*/", "*/*/")


def files() -> list[Path]:
    """What lies in the folders of this name below the data; a folder that was moved is one thing."""
    data = Path(settings.TRADEPOST.data)
    return sorted(path for place in _PLACES for path in data.glob(f"{place}{DAMAGED}/*"))


def scan(needle: bytes) -> list[str]:
    return [str(path) for path in files() if _holds(path, needle)]


def erase(ref: SubjectRef) -> int:
    """A file that names the person goes whole: nobody can tell which part of it is whose."""
    return erase_many([ref])


def erase_many(subjects: Sequence[SubjectRef]) -> int:
    names = Names(subject.email for subject in subjects)
    return sum(_remove(path) for path in files() if _names_any(path, names))


def addresses() -> Iterator[tuple[str, datetime]]:
    for path in files():
        for part in _parts(path):
            moment = datetime.fromtimestamp(_moved_at(path), UTC)
            yield from ((address, moment) for address in addresses_in(part.read_bytes()))


def due(now: datetime) -> int:
    return len(_old(now))


def purge(now: datetime) -> int:
    return sum(_remove(path) for path in _old(now))


def _holds(path: Path, needle: bytes) -> bool:
    wanted = needle.lower()
    return any(wanted in part.read_bytes().lower() for part in _parts(path))


def _names_any(path: Path, names: Names) -> bool:
    return any(names.stand_in(part.read_bytes()) for part in _parts(path))


def _parts(path: Path) -> list[Path]:
    parts = [path, *path.rglob("*")] if path.is_dir() else [path]
    return [part for part in parts if part.is_file()]


def _old(now: datetime) -> list[Path]:
    """The name ends with the moment at which it was moved, in nanoseconds."""
    limit = (now - DAMAGED_FOR).timestamp()
    return [path for path in files() if _moved_at(path) < limit]


def _moved_at(path: Path) -> float:
    moment = path.name.rpartition(".")[2]
    if len(moment) <= 20 and moment.isdecimal():
        return int(moment) / 1e9
    return path.lstat().st_mtime  # put there by a person


def _remove(path: Path) -> bool:
    if path.is_dir() and not path.is_symlink():
        rmtree(path)
    else:
        path.unlink(missing_ok=True)
    return True
