"""Text on its way through SMTP: quoted-printable bodies, encoded-word headers.

Quoted-printable always, never 8bit: it is valid on every relay, no line grows too long whatever a
person's name is, and no server on the way has a reason to re-encode and so break the DKIM signature.
"""

import base64
import re
from binascii import b2a_qp
from email.utils import quote

from tradepost.delivery.types import HeaderInjection
from tradepost.lib.addresses import wire_address

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SPECIAL = re.compile(r"[^A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]")
_BAD_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029<>,;\"\\]")
_DOTS_IN_FRONT = re.compile(rb"^\.+", re.MULTILINE)
_BLANK_AT_END = re.compile(rb"(=20|=09)(?=\n|\Z)")
_WORD_BYTES = 39  # 52 letters of base64, 12 around them and "Reply-To: " in front stay under 76
_LONGEST_WORD = 900  # of a header that is written plainly


def quoted_text(text: str) -> bytes:
    """Quoted-printable (RFC 2045 §6.7) with CRLF line ends; a soft one still fits behind the last line."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    encoded = b2a_qp(text.encode("utf-8", "replace"))
    if encoded.endswith((b"=20", b"=09")) or b"=20\n" in encoded or b"=09\n" in encoded:
        # b2a_qp encodes blanks at the end of a line without looking how long the line is by then.
        encoded = _BLANK_AT_END.sub(rb"=\n\1", encoded)
    if len(encoded) > 75 and len(encoded) - encoded.rfind(b"\n") > 76:
        last = -3 if encoded[-3:-2] == b"=" else -1
        encoded = encoded[:last] + b"=\n" + encoded[last:]
    return encoded.replace(b"\n", b"\r\n") if b"\n" in encoded else encoded


def quoted_constant(text: str) -> bytes:
    """The same, for text that many messages share: no line begins with a dot, so that SMTP need not
    double it in each of them."""
    return _without_dots(quoted_text(text))


def _without_dots(encoded: bytes) -> bytes:
    """Behind the first dot there may be a second, which would begin the next line."""
    return _DOTS_IN_FRONT.sub(lambda found: b"=2E=\r\n" * len(found[0]), encoded)


def quoted_values(joined: str) -> list[bytes]:
    """Values with a NUL between them, quoted by one call; no line begins with a dot here either."""
    encoded = quoted_text(joined)
    values = encoded.split(b"=00")  # what a NUL becomes, and nothing else
    if encoded.startswith(b".") or b"=00." in encoded or b"\n." in encoded:
        return [_without_dots(value) for value in values]
    return values


def one_line(text: str) -> str:
    """Control characters and line breaks become single spaces: nothing can add a header."""
    if not text.isprintable():  # no control character is printable
        text = _CONTROL.sub(" ", text)
    return " ".join(text.split())


def header_text(text: str) -> bytes:
    """An unstructured header value: plain, or folded into encoded words (RFC 2047)."""
    text = one_line(text)
    if text.isascii() and "=?" not in text and not _has_endless_word(text):
        return _folded(text)
    whole = text.encode("utf-8", "replace")
    if len(whole) <= _WORD_BYTES:
        return b"=?utf-8?b?%b?=" % base64.b64encode(whole)
    words, word = [], b""
    for letter in text:
        piece = letter.encode("utf-8", "replace")
        if len(word) + len(piece) > _WORD_BYTES:
            words.append(word)
            word = b""
        word += piece
    words.append(word)
    return b"\r\n ".join(b"=?utf-8?b?%b?=" % base64.b64encode(word) for word in words)


def _has_endless_word(text: str) -> bool:
    """Cannot be folded at a space without passing 998 letters a line (RFC 5322 §2.1.1)."""
    return len(text) > _LONGEST_WORD and max(map(len, text.split(" "))) > _LONGEST_WORD


def _folded(text: str) -> bytes:
    """Folded at spaces before the 76th column."""
    if len(text) < 66:
        return text.encode()
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        if line and len(line) + len(word) > 64:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\r\n ".join([*lines, line]).encode()


def address_header(name: str, address: str) -> bytes:
    """``Name <address>``. Raises: HeaderInjection."""
    if _BAD_IN_ADDRESS.search(address):
        raise HeaderInjection(address)
    address = wire_address(address)
    if not name or not (name := one_line(name)):
        return address.encode()
    if not name.isascii() or "=?" in name:  # a name that looks like an encoded word is no such
        return b"%b\r\n <%b>" % (header_text(name), address.encode())
    shown = f'"{quote(name)}"'.encode() if _SPECIAL.search(name) else name.encode()
    return b"%b <%b>" % (shown, address.encode())
