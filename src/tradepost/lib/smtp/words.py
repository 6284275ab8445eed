"""Envelope, outcome, relay."""

import ssl
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Self
from urllib.parse import parse_qs, unquote, urlsplit

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class CannotConnect(OSError):
    """The relay cannot be used now; the text says why."""


class InvalidRelay(ValueError):
    """The relay's address has the wrong form; the text says how to mend it."""


class Verdict(Enum):
    SENT = "sent"  # the server took responsibility
    DEFERRED = "deferred"  # 4xx: not now
    REFUSED = "refused"  # 5xx: never
    UNCERTAIN = "uncertain"  # the message left, no answer came
    UNTOUCHED = "untouched"  # not a byte of the message left; says nothing about the recipient


class Envelope(NamedTuple):
    """``ref`` is the caller's own; ``data`` has CRLF line ends, the last one included, no dots doubled.

    ``utf8``: the addresses are not ASCII and need SMTPUTF8. ``dots``: a line may begin with one; to look
    for them in every message costs as much as to make it.
    """

    ref: int
    sender: bytes
    recipient: bytes
    data: bytes
    utf8: bool = False
    dots: bool = True


class SmtpOutcome(NamedTuple):
    """``line`` is the server's last line of answer; ``at`` the command it answered."""

    verdict: Verdict
    line: bytes = b""
    at: str = ""

    @property
    def text(self) -> str:
        return self.line.decode("utf-8", "replace")

    @property
    def code(self) -> int:
        return int(self.line[:3]) if self.line[:3].isdigit() else 0


@dataclass(frozen=True, kw_only=True)
class Relay:
    """Where to hand over. Time limits in seconds."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: bool = False  # from the first byte
    starttls: bool = False  # insist on it, and on a certificate that fits
    hello: str = "localhost"
    connect_seconds: float = 30
    command_seconds: float = 120
    data_seconds: float = 300

    @classmethod
    def from_url(cls, url: str, *, hello: str = "localhost") -> Self:
        """``smtp://user:password@host:port?starttls=require`` or ``smtps://…``.

        Raises: InvalidRelay.
        """
        address = urlsplit(url)
        if address.scheme not in {"smtp", "smtps"} or not address.hostname:
            raise InvalidRelay("The relay must be smtp://host:port or smtps://host:port.")
        tls = address.scheme == "smtps"
        return cls(
            host=address.hostname,
            port=address.port or (465 if tls else 25),
            user=unquote(address.username or ""),
            password=unquote(address.password or ""),
            tls=tls,
            starttls=parse_qs(address.query).get("starttls") == ["require"],
            hello=hello,
        )

    @property
    def is_local(self) -> bool:
        return self.host in _LOOPBACK

    def ssl_context(self) -> ssl.SSLContext:
        """Verifying, unless TLS is only taken because it was offered (RFC 7435)."""
        context = ssl.create_default_context()
        if not (self.tls or self.starttls or self.user):
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context
