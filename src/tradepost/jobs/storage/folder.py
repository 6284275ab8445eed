"""The storage as a folder of this machine: the data folder itself. Files 600, folders 700."""

import errno
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from tradepost.jobs.storage.drafts import draft
from tradepost.jobs.storage.types import StoredFile, checked


class Folder:
    """Below ``TRADEPOST_DATA``, where the files of one machine always lay, or below ``root``."""

    def __init__(self, root: Path | None = None) -> None:
        self._root = root

    @property
    def root(self) -> Path:
        return self._root or Path(settings.TRADEPOST.data)

    def path(self, name: str) -> Path:
        return self.root / checked(name)

    def open(self, name: str) -> BinaryIO:
        return self.path(name).open("rb")

    def put(self, name: str, source: Path) -> None:
        """In one step: whoever reads the old one reads it to its end."""
        place = self.path(name)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        source.chmod(0o600)
        try:
            source.replace(place)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            beside = place.with_name(
                f"{place.name}.{secrets.token_hex(8)}"
            )  # another disk's folder
            shutil.copy(source, beside)
            beside.replace(place)

    def write(self, name: str, content: bytes) -> None:
        with draft() as source:
            source.write_bytes(content)
            self.put(name, source)

    def delete(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def size(self, name: str) -> int:
        return self.path(name).stat().st_size

    def list(self, folder: str) -> Iterator[StoredFile]:
        root = self.root
        for path in sorted(self.path(folder).rglob("*")):
            try:
                status = path.stat()
            except FileNotFoundError:  # gone since it was listed
                continue
            if path.is_file():
                changed_at = datetime.fromtimestamp(status.st_mtime, UTC)
                yield StoredFile(path.relative_to(root).as_posix(), status.st_size, changed_at)

    @contextmanager
    def on_disk(self, name: str) -> Iterator[Path]:
        path = self.path(name)
        if not path.exists():
            raise FileNotFoundError(path)
        yield path
