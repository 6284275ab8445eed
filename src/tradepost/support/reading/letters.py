"""What a letter that came by mail says: its words, what it quotes, its files, and which letters it answers.

A stranger's bytes: nothing here raises for them, and every text is bounded before a pattern sees it.
"""

import email
import email.policy
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email.message import Message as Letter
from email.utils import parseaddr

from tradepost.delivery.bounces import LONGEST
from tradepost.delivery.bounces.text import body, content_type, header, payload_of
from tradepost.lib.quoted_replies import said_and_quoted
from tradepost.support.attachments import checked, plain_name
from tradepost.support.reading.html import text_of_html
from tradepost.support.types import MOST_BYTES_BY_MAIL, MOST_FILES, FileRefused, GivenFile

_PARTS = 60
_NUMBER = re.compile(r"<([^<>\s]{1,250})>")
_REFERENCES = 50
_DAMAGED = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)


@dataclass(frozen=True, kw_only=True)
class LetterRead:
    """``numbers``: Message-IDs of the letters it answers, the nearest first. ``left_out``: names of files that are
    not kept, each with the reason."""

    subject: str
    name: str
    text: str
    quoted: str = ""
    number: str = ""
    written: str = ""
    numbers: tuple[str, ...] = ()
    files: tuple[GivenFile, ...] = ()
    left_out: tuple[tuple[str, object], ...] = ()

    @property
    def says_something(self) -> bool:
        return bool(self.subject or self.text or self.files or self.left_out)


@dataclass
class _Found:
    """What the parts of a letter hold."""

    plain: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    files: list[GivenFile] = field(default_factory=list)


def read_letter(content: bytes, cut: Letter) -> LetterRead:
    """``cut``: the letter as far as the post has parsed it; all of it is parsed only for its files."""
    found = _found_in(_whole(content, cut))
    text = "\n".join(filter(str.strip, found.plain)).strip()
    if not text:
        text = "\n".join(text_of_html(page) for page in found.pages).strip()
    said, quoted = said_and_quoted(text)
    files, left_out = _taken(found.files)
    return LetterRead(
        subject=header(cut, "Subject").strip(),
        name=parseaddr(header(cut, "From")[:500])[0].strip(),
        text=said,
        quoted=quoted,
        number=next(iter(_numbers(header(cut, "Message-ID"))), ""),
        written=header(cut, "Date"),
        numbers=_answered(cut),
        files=tuple(files),
        left_out=tuple(left_out),
    )


def key_of_number(number: str, shop: int) -> str:
    """What is kept of a Message-ID: such numbers hold host names, sometimes people's."""
    return hashlib.sha256(f"{shop}\0{number}".encode("utf-8", "replace")).hexdigest()


def arrival_key(letter: LetterRead, sender: str, shop: int) -> str:
    """The same for a letter that came twice, whatever its ways were; another for any other letter."""
    files = [[file.name, hashlib.sha256(file.content).hexdigest()] for file in letter.files]
    parts = [shop, sender, letter.number, letter.subject, letter.written, letter.text]
    whole = json.dumps([*parts, letter.quoted, files])
    return hashlib.sha256(whole.encode()).hexdigest()


def _whole(content: bytes, cut: Letter) -> Letter:
    """Parsed anew where it was cut and may bring files."""
    if len(content) <= LONGEST or not cut.is_multipart():
        return cut
    try:
        return email.message_from_bytes(content, policy=email.policy.compat32)
    except RecursionError:
        return cut


def _found_in(letter: Letter) -> _Found:
    found = _Found()
    for part in _parts(letter):
        kind, name = content_type(part), _file_name(part)
        if name or _is_attached(part) or kind.split("/")[0] not in {"text", "multipart"}:
            found.files.append(GivenFile(name=name or "file", content=_bytes_of(part)))
        elif kind == "text/html":
            found.pages.append(body(part))
        elif kind == "text/plain" or kind.startswith("multipart/"):
            found.plain.append(body(part))
    return found


def _parts(letter: Letter) -> Iterator[Letter]:
    """Those that hold something; a letter within the letter is a file."""
    waiting, seen = [letter], 0
    while waiting and seen < _PARTS:
        part, seen = waiting.pop(0), seen + 1
        payload: object = payload_of(part)
        if isinstance(payload, list) and content_type(part) != "message/rfc822":
            waiting[:0] = [item for item in payload[:_PARTS] if isinstance(item, Letter)]
        else:
            yield part


def _file_name(part: Letter) -> str:
    try:
        return str(part.get_filename() or "")[:500]
    except _DAMAGED:
        return ""


def _is_attached(part: Letter) -> bool:
    try:
        return part.get_content_disposition() == "attachment"
    except _DAMAGED:
        return False


def _bytes_of(part: Letter) -> bytes:
    try:
        payload: object = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            return payload
        inner: object = part.get_payload()
        letter = inner[0] if isinstance(inner, list) and inner else part
        return letter.as_bytes() if isinstance(letter, Letter) else b""
    except (*_DAMAGED, OSError):
        return b""


def _taken(files: Sequence[GivenFile]) -> tuple[list[GivenFile], list[tuple[str, object]]]:
    """Each file by itself: one that is refused keeps none of the others out."""
    taken: list[GivenFile] = []
    left_out: list[tuple[str, object]] = []
    for file in files:
        if not file.content:
            continue
        try:
            taken = checked([*taken, file], MOST_BYTES_BY_MAIL)
        except FileRefused as refusal:
            left_out.append((plain_name(file.name), refusal.in_words))
    return taken, left_out[: MOST_FILES * 2]


def _answered(letter: Letter) -> tuple[str, ...]:
    nearest = [
        *_numbers(header(letter, "In-Reply-To")),
        *reversed(_numbers(_all_references(letter))),
    ]
    return tuple(dict.fromkeys(nearest))[:_REFERENCES]


def _all_references(letter: Letter) -> str:
    try:
        return str(letter.get("References", ""))[-10_000:]
    except _DAMAGED:
        return ""


def _numbers(text: str) -> list[str]:
    return _NUMBER.findall(text[:10_000])
