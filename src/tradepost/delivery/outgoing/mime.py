"""Messages as constant and variable parts: compiled once a mailing, joined once a recipient."""

import base64
import html
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from itertools import groupby
from urllib.parse import quote

from tradepost.delivery.outgoing.quoted_printable import (
    address_header,
    header_text,
    one_line,
    quoted_constant,
    quoted_values,
)
from tradepost.delivery.outgoing.sources import Compiled, Hole, Parts
from tradepost.delivery.types import Attachment, HeaderInjection
from tradepost.lib import clock

_QUOTED_OTHERWISE = re.compile(r'["\\]|=\?')  # what readers take for something else between quotes
_SOFT = b"=\r\n"  # a line break that the reader does not see


class Skeleton:
    """A compiled message. ``render`` fills the holes of one person with joins of bytes.

    Every hole stands at the start of a line of its own (soft line breaks around it), so a value is
    encoded by itself and no line of the message depends on how long a value is.
    """

    def __init__(self, compiled: Compiled, attachments: Sequence[Attachment] = ()) -> None:
        self._subject = compiled.subject
        self._names: list[str] = []
        self._holes: list[tuple[str, bool]] = []  # name, escaped for HTML?
        self._pieces: list[bytes] = [b""]  # constants at even places, holes between them
        content_type = self._write_body(compiled, attachments)
        self._fixed_subject = self._subject_of({}) if _is_constant(compiled.subject) else b""
        self._head = _constant_headers(compiled) + content_type
        # Values are kept as one list: first all as they are, then all escaped.
        count = len(self._names)
        self._order = [
            self._names.index(name) + (count if escaped else 0) for name, escaped in self._holes
        ]

    def render(
        self,
        *,
        to: str,
        message_id: str,
        values: Mapping[str, str],
        unsubscribe: tuple[str, str] | None = None,
    ) -> tuple[bytes, bytes]:
        """Headers and body, apart because DKIM hashes them apart; each ends with CRLF.

        ``unsubscribe``: https address and mail address of the one-click headers (RFC 8058, 2369).
        """
        subject = self._fixed_subject or self._subject_of(values)
        head = b"To: %b\r\nSubject: %b\r\nMessage-ID: <%b>\r\nDate: %b\r\n%b" % (
            address_header("", to),
            subject,
            message_id.encode("ascii"),
            format_date().encode(),
            self._head,
        )
        if unsubscribe:
            head += _unsubscribe_headers(*unsubscribe)
        return head, self._body(values)

    # Compiling -----------------------------------------------------------------------------------

    def _write_body(self, compiled: Compiled, attachments: Sequence[Attachment]) -> bytes:
        """Lay out the body; returns the header lines that describe it."""
        if not compiled.html and not attachments:
            self._write_parts(compiled.text, escaped=False)
            self._constant(b"\r\n")
            return _TEXT_HEADERS
        inner, outer = _boundary(), _boundary()
        if attachments:
            self._constant(b"--%b\r\n%b\r\n" % (outer, _multipart("alternative", inner)))
        self._constant(b"--%b\r\n%b\r\n" % (inner, _TEXT_HEADERS))
        self._write_parts(compiled.text, escaped=False)
        if compiled.html:
            self._constant(b"\r\n--%b\r\n%b\r\n" % (inner, _HTML_HEADERS))
            self._write_parts(compiled.html, escaped=True)
        self._constant(b"\r\n--%b--\r\n" % inner)
        if not attachments:
            return _multipart("alternative", inner)
        for item in attachments:
            self._constant(b"--%b\r\n%b" % (outer, _attachment(item)))
        self._constant(b"--%b--\r\n" % outer)
        return _multipart("mixed", outer)

    def _write_parts(self, parts: Parts, *, escaped: bool) -> None:
        """Constants are encoded now; values when they are known, escaped for HTML or not."""
        after_hole = False
        for part in _merged(parts):
            if isinstance(part, Hole):
                if after_hole or (self._pieces[-1] and not self._pieces[-1].endswith(b"\r\n")):
                    self._pieces[-1] += _SOFT
                self._hole(part, escaped=escaped and not part.raw)
                after_hole = True
            elif part:
                self._pieces[-1] += (_SOFT if after_hole else b"") + quoted_constant(part)
                after_hole = False

    def _constant(self, piece: bytes) -> None:
        self._pieces[-1] += piece

    def _hole(self, hole: Hole, *, escaped: bool) -> None:
        if hole.name not in self._names:
            self._names.append(hole.name)
        self._holes.append((hole.name, escaped))
        self._pieces += [b"", b""]

    # Rendering -----------------------------------------------------------------------------------

    def _subject_of(self, values: Mapping[str, str]) -> bytes:
        parts = self._subject
        return header_text(
            "".join([values.get(p.name, "") if isinstance(p, Hole) else p for p in parts])
        )

    def _body(self, values: Mapping[str, str]) -> bytes:
        if not self._names:
            return b"".join(self._pieces)
        plain = [values.get(name, "") for name in self._names]
        joined = "\0".join(plain)
        if joined.count("\0") != len(plain) - 1:
            joined = "\0".join([value.replace("\0", "") for value in plain])
        as_text = quoted_values(joined)
        escaped = html.escape(joined)
        found = as_text + (as_text if escaped == joined else quoted_values(escaped))
        pieces = self._pieces.copy()
        pieces[1::2] = [found[number] for number in self._order]
        return b"".join(pieces)


_TEXT_HEADERS = (
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
)
_HTML_HEADERS = _TEXT_HEADERS.replace(b"text/plain", b"text/html")


def format_date() -> str:
    """Now, as RFC 5322 writes it. Formatted once a second, not once a message."""
    return _date_of(int(clock.now().timestamp()))


@lru_cache(maxsize=1)
def _date_of(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC))


def _merged(parts: Parts) -> Iterator[str | Hole]:
    """Neighbouring constants become one, because each is encoded as if it began a line."""
    for constant, group in groupby(parts, key=lambda part: isinstance(part, str)):
        if constant:
            yield "".join(part for part in group if isinstance(part, str))
        else:
            yield from group


def _is_constant(parts: Parts) -> bool:
    return not any(isinstance(part, Hole) for part in parts)


def _boundary() -> bytes:
    """ "=_" cannot occur in quoted-printable or base64, so no content can contain a boundary."""
    return b"=_" + secrets.token_hex(12).encode()


def _multipart(kind: str, boundary: bytes) -> bytes:
    return b'Content-Type: multipart/%b; boundary="%b"\r\n' % (kind.encode(), boundary)


def _attachment(item: Attachment) -> bytes:
    name = one_line(item.name)
    is_plain = name.isascii() and not _QUOTED_OTHERWISE.search(name)
    shown = (
        f'="{name}"' if is_plain else f"*=utf-8''{quote(name, safe='', errors='replace')}"
    )  # RFC 2231
    lines = base64.encodebytes(item.content).replace(b"\n", b"\r\n")
    return (
        b"Content-Type: %b\r\nContent-Disposition: attachment; filename%b\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n%b"
        % (item.media_type.encode("ascii"), shown.encode("ascii"), lines)
    )


def _constant_headers(compiled: Compiled) -> bytes:
    lines = [b"From: " + address_header(compiled.from_name, compiled.from_address)]
    if compiled.reply_to:
        lines.append(b"Reply-To: " + address_header("", compiled.reply_to))
    if compiled.list_id:
        lines.append(b"List-Id: " + _list_id(compiled.list_id))
    for name, value in compiled.headers.items():
        if not name.replace("-", "").isalnum():
            raise HeaderInjection(name)
        lines.append(name.encode("ascii") + b": " + header_text(value))
    lines.append(b"MIME-Version: 1.0")
    return b"\r\n".join(lines) + b"\r\n"


def _list_id(text: str) -> bytes:
    """``Name <letters.shop.example>`` (RFC 2919)."""
    name, _, identifier = text.rpartition("<")
    shown = address_header(name.strip(), identifier.rstrip("> "))
    return shown if shown.endswith(b">") else b"<%b>" % shown


def _unsubscribe_headers(url: str, address: str) -> bytes:
    both = url + address
    if not both.isascii() or not both.isprintable() or ">" in both:
        raise HeaderInjection(url)
    return (
        b"List-Unsubscribe: <%b>,\r\n <mailto:%b?subject=unsubscribe>\r\n"
        b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" % (url.encode(), address.encode())
    )
