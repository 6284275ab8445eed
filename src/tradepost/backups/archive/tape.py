"""What lies in a backup, one after the other: what it says of itself, the database, the key, files."""

import io
import json
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from shutil import copyfileobj
from typing import IO, BinaryIO

from tradepost.backups import day_keys
from tradepost.backups.archive.sealing import (
    SealingWriter,
    UnsealingReader,
    read_head,
    write_head,
)
from tradepost.backups.types import About, Unreadable
from tradepost.jobs import storage

ABOUT, DATABASE, SECRET, FILES = "about.json", "database", "secret_key", "files/"
# What a restored shop needs. Uploads and exports are made again; spools are of a moment that is over.
FOLDERS = ("media", "keys")


def write_tape(
    target: BinaryIO, *, day: date, about: About, database: Path, secret: Path | None
) -> int:
    """Returns how many files went along."""
    key = day_keys.key_for(day)
    sealed = SealingWriter(target, key=key, head=write_head(target, {"day": day.isoformat()}))
    with tarfile.open(fileobj=sealed, mode="w|gz", compresslevel=3) as tape:
        content = json.dumps(about.as_dict()).encode()
        entry = tarfile.TarInfo(ABOUT)
        entry.size = len(content)
        tape.addfile(entry, io.BytesIO(content))
        tape.add(database, DATABASE)
        if secret is not None:
            tape.add(secret, SECRET)
        count = sum(_add(tape, file.name) for folder in FOLDERS for file in _listed(folder))
    sealed.finish()
    return count


def _listed(folder: str) -> list[storage.StoredFile]:
    return list(storage.files().list(folder))


def _add(tape: tarfile.TarFile, name: str) -> bool:
    try:
        with storage.files().on_disk(name) as path, path.open("rb") as content:
            tape.addfile(tape.gettarinfo(arcname=FILES + name, fileobj=content), content)
    except FileNotFoundError:  # gone since it was listed
        return False
    return True


class Tape:
    """An opened backup. ``parts`` is gone through once, to the end: only then was all of it vouched for."""

    def __init__(self, source: BinaryIO) -> None:
        """Raises: Unreadable."""
        head, read = read_head(source)
        try:
            day = date.fromisoformat(head["day"])
        except (KeyError, TypeError, ValueError):
            raise Unreadable("Its beginning is damaged.") from None
        self._sealed = UnsealingReader(source, key=day_keys.key_of(day), head=read)
        with _as_unreadable():
            self._tape = tarfile.open(fileobj=self._sealed, mode="r|gz")  # noqa: SIM115  closed with the source
            self.about = self._read_about()

    def _read_about(self) -> About:
        entry = self._tape.next()
        content = self._tape.extractfile(entry) if entry and entry.name == ABOUT else None
        if content is None:
            raise Unreadable("It does not say what it is.")
        return About.read(json.load(content))

    def parts(self) -> Iterator[tuple[str, IO[bytes]]]:
        """Name and content of each. Raises: Unreadable."""
        with _as_unreadable():
            while entry := self._tape.next():
                content = self._tape.extractfile(entry)
                if content is not None:
                    yield entry.name, content
            while self._sealed.read(1 << 20):
                pass


@contextmanager
def _as_unreadable() -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, zlib.error, EOFError, ValueError) as error:
        raise Unreadable(f"What it holds is damaged ({type(error).__name__}).") from error


def take_database(tape: Tape, place: Path) -> int:
    """Go through all of it, keep the database; returns how many files there are. Raises: Unreadable."""
    files, found = 0, False
    for name, content in tape.parts():
        files += name.startswith(FILES)
        if name == DATABASE:
            found = True
            with place.open("xb") as target:
                copyfileobj(content, target, 1 << 20)
    if not found:
        raise Unreadable("It holds no database.")
    return files
