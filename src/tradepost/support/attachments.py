"""What kinds of files the desk takes. The bytes say what a file is; what its sender calls it counts for nothing."""

import io
import re
import zipfile
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from tradepost.lib.passwords import mask_passwords
from tradepost.lib.typed_text import typed, without_secrets
from tradepost.support.types import MOST_FILES, FileRefused, GivenFile

_STARTS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
TEXT = "text/plain"
_OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_OPEN_DOCUMENT = re.compile(
    rb"mimetype(application/vnd\.oasis\.opendocument\.(?:text|spreadsheet))(?=[P\x00-\x1f])"
)
_ENTRIES = 2000
# Macros of either family of documents, and programs packed along.
_PROGRAM = re.compile(r"(?:vbaproject\.bin|\.exe|\.js)$|^(?:basic|scripts)/.", re.IGNORECASE)
_NO_NAME = re.compile(r"[\x00-\x1f/\\:\"<>|]")


def kind_of(content: bytes) -> str | None:
    """The media type of a picture, a PDF, a document without programs, or a text; None for all else."""
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:12] in {b"ftypheic", b"ftypmif1"}:
        return "image/heic"
    if content.startswith(b"PK\x03\x04"):
        return _document(content)
    return TEXT if _is_text(content) else None


def checked(files: Sequence[GivenFile], most_bytes: int) -> list[GivenFile]:
    """The files, named and cleaned as they may be kept. Raises: FileRefused."""
    if len(files) > MOST_FILES:
        raise FileRefused(files[MOST_FILES].name, _("These are more files than one message takes."))
    if sum(len(file.content) for file in files) > most_bytes:
        raise FileRefused(files[0].name, _("The files are too large together."))
    return [_one(file) for file in files]


def _one(file: GivenFile) -> GivenFile:
    """Raises: FileRefused."""
    kind, name = kind_of(file.content), plain_name(file.name)
    if kind is None:
        raise FileRefused(
            name, _("Pictures, PDF, texts and documents without macros are taken, nothing else.")
        )
    content = _without_secrets(file.content) if kind == TEXT else file.content
    return GivenFile(name=name, content=content)


def plain_name(name: str) -> str:
    """Without a path and what could break a header; never empty."""
    return typed(_NO_NAME.sub(" ", name[-200:]), 120).lstrip(". ") or "file"


def _without_secrets(content: bytes) -> bytes:
    return mask_passwords(without_secrets(content.decode())).encode()


def _is_text(content: bytes) -> bool:
    try:
        words = content.decode()
    except UnicodeDecodeError:
        return False
    return bool(words) and all(letter >= " " or letter in "\t\n\r\f" for letter in words)


def _document(content: bytes) -> str | None:
    """A packed document, by all names inside; nothing is unpacked."""
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    # NotImplementedError: the file claims a version of the format that nobody has.
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        return None
    if len(names) > _ENTRIES or any(_PROGRAM.search(name) for name in names):
        return None
    if found := _OPEN_DOCUMENT.search(content[:200]):
        return found[1].decode()
    return next((kind for name, kind in _OFFICE.items() if name in names), None)
