"""Django's storage of pictures and lists over the bucket: what ``FileSystemStorage`` is over a folder."""

from collections.abc import Iterator
from contextlib import suppress

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage
from django.utils.encoding import filepath_to_uri

from tradepost.jobs.storage import being_written, files
from tradepost.jobs.storage.types import StoredFile

ROOT = "media"


class BucketMedia(Storage):
    """Pictures are handed out by our own views, whatever the storage; there is no public bucket."""

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:  # noqa: ARG002  Django's signature; we only read
        return File(files().open(f"{ROOT}/{name}"), name)

    def _save(self, name: str, content: File[bytes]) -> str:
        with being_written(f"{ROOT}/{name}") as path, path.open("xb") as target:
            for piece in content.chunks():
                target.write(piece)
        return name

    def delete(self, name: str) -> None:
        files().delete(f"{ROOT}/{name}")

    def exists(self, name: str) -> bool:
        """A folder is there while something lies in it."""
        with suppress(FileNotFoundError):
            return files().size(f"{ROOT}/{name}") >= 0
        return any(self._below(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        within = [file.name.removeprefix(f"{ROOT}/{path}/") for file in self._below(path)]
        folders = {name.partition("/")[0] for name in within if "/" in name}
        return sorted(folders), [name for name in within if "/" not in name]

    def size(self, name: str) -> int:
        return files().size(f"{ROOT}/{name}")

    def url(self, name: str | None) -> str:
        return f"{settings.MEDIA_URL}{filepath_to_uri(name)}"

    def _below(self, path: str) -> Iterator[StoredFile]:
        return files().list(f"{ROOT}/{path}")
