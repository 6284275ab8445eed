"""The demo's post box: every mail that the catcher took, as files that can be read and are soon gone."""

import email
import email.policy
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

from tradepost.datamap.subjects import SubjectRef
from tradepost.delivery.personal_files.addresses import addresses_in
from tradepost.delivery.retention import CAUGHT_FOR
from tradepost.lib import clock
from tradepost.lib.naming import Names

_NAME = re.compile(r"\A\d{8}T\d{12}-[0-9a-f]{8}\Z")
_PAGE = 200


class NotCaught(LookupError):
    """There is no such mail (any more)."""


def folder() -> Path:
    path = Path(settings.TRADEPOST.data) / "caught"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def is_relay() -> bool:
    """Whether mail goes to the catcher; with a real relay configured there is nothing to read."""
    return not settings.TRADEPOST.smtp_url and bool(settings.TRADEPOST.mail_catcher_port)


@dataclass(frozen=True)
class Caught:
    name: str
    at: datetime
    content: bytes

    @property
    def message(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def envelope_to(self) -> str:
        return str(self.message.get("X-Envelope-To", ""))

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", ""))

    @property
    def sender(self) -> str:
        return str(self.message.get("From", ""))

    @property
    def source(self) -> str:
        return self.content.decode("utf-8", "replace")

    @property
    def text(self) -> str:
        return self._part("text/plain")

    @property
    def html(self) -> str:
        return self._part("text/html")

    @property
    def files(self) -> list[str]:
        return [part.get_filename() or "?" for part in self.message.iter_attachments()]

    def _part(self, kind: str) -> str:
        for part in self.message.walk():
            if part.get_content_type() == kind and not part.get_filename():
                return _words(part)
        return ""


def _words(part: EmailMessage) -> str:
    """What the part says; as well as it can be read, when its charset or encoding is a lie."""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)


def keep(*, sender: str | None, to: Sequence[str], content: bytes) -> Path:
    """Write one message. The name begins with the time, so names sort by age."""
    name = f"{clock.now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
    path = folder() / f"{name}.eml"
    top = f"X-Envelope-From: {sender or ''}\r\nX-Envelope-To: {', '.join(to)}\r\n"
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(top.encode() + content)
    unfinished.rename(path)
    return path


def newest(search: str = "") -> list[Caught]:
    """The last 200, newest first; ``search`` in recipient and subject."""
    found = []
    for path in sorted(folder().glob("*.eml"), reverse=True):
        mail = _read(path)
        if mail and (not search or search.lower() in f"{mail.envelope_to} {mail.subject}".lower()):
            found.append(mail)
            if len(found) == _PAGE:
                break
    return found


def one(name: str) -> Caught:
    """Raises: NotCaught."""
    mail = _read(folder() / f"{name}.eml") if _NAME.match(name) else None
    if mail is None:
        raise NotCaught(name)
    return mail


def _read(path: Path) -> Caught | None:
    at = _age(path)
    try:
        return Caught(path.stem, at, path.read_bytes()) if at else None
    except OSError:  # gone meanwhile, a folder, or not for us to read
        return None


def _age(path: Path) -> datetime | None:
    """None for a name that the catcher did not make."""
    if not _NAME.match(path.stem):
        return None
    try:
        return datetime.strptime(path.stem.partition("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
    except ValueError:
        return None


# For the data map ------------------------------------------------------------------------------


def _old(now: datetime) -> list[Path]:
    return [
        path
        for path in folder().glob("*.eml")
        if path.is_file() and (at := _age(path)) and at < now - CAUGHT_FOR
    ]


def due(now: datetime) -> int:
    return len(_old(now))


def purge(now: datetime) -> int:
    old = _old(now)
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def scan(needle: bytes) -> Iterator[str]:
    for path in folder().iterdir():
        if path.is_file() and needle in path.read_bytes():
            yield f"caught mail {path.name}"


def addresses() -> Iterator[tuple[str, datetime]]:
    for path in folder().glob("*.eml"):
        if caught := _read(path):
            yield from ((address, caught.at) for address in addresses_in(caught.content))


def erase(subject: SubjectRef) -> int:
    """Remove mail to the person, and mail that names the address."""
    return erase_many([subject])


def erase_many(subjects: Sequence[SubjectRef]) -> int:
    gone = 0
    names = Names(subject.email for subject in subjects)
    for path in folder().glob("*.eml"):
        if path.is_file() and names.stand_in(path.read_bytes()):
            path.unlink(missing_ok=True)
            gone += 1
    return gone
