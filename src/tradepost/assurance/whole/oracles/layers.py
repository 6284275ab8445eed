"""The same bytes as they can be read: packed, encoded, compressed, one inside the other."""

import base64
import binascii
import gzip
import io
import quopri
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress

_DEEPEST = 4
_LONGEST = 64 << 20
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/_-]{24,}={0,2}(?:\r?\n)?)+")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){12,}")
_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"%PDF", b"x\x9c", b"x\xda", b"x\x01")


def layers_of(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """``data`` itself, and all that can be unpacked from it: zip (XLSX), gzip, zlib (PDF, sessions),
    quoted-printable, base64, hexadecimal, UTF-16."""
    data = data[:_LONGEST]
    yield data
    if depth >= _DEEPEST:
        return
    for inner in _unpacked(data):
        yield from layers_of(inner, depth + 1)
    if b"=\n" in data or b"=\r\n" in data or b"=3D" in data:
        yield quopri.decodestring(data)
    if data[:400].count(b"\0") > 100:
        yield data.replace(b"\0", b"")
    for found in _HEX.finditer(data):
        yield binascii.unhexlify(found[0])


def _unpacked(data: bytes) -> Iterator[bytes]:
    if data.startswith(b"PK\x03\x04"):
        with (
            suppress(zipfile.BadZipFile, RuntimeError),
            zipfile.ZipFile(io.BytesIO(data)) as archive,
        ):
            for name in archive.namelist():
                yield name.encode()
                yield archive.read(name)
    if data.startswith(b"\x1f\x8b"):
        with suppress(OSError, EOFError):
            yield gzip.decompress(data)
    if data.startswith(b"%PDF"):
        for part in data.split(b"endstream"):
            yield from _inflated(part.rpartition(b"stream")[2].lstrip(b"\r\n"))
    elif data.startswith(b"x"):
        yield from _inflated(data)
    for found in _BASE64.finditer(data):
        yield from _from_base64(found[0])


def _from_base64(text: bytes) -> Iterator[bytes]:
    """Both alphabets; only what is text or packed again, for any long word can be read so."""
    joined = re.sub(rb"\s", b"", text).rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    if len(joined) % 4 == 1:
        return
    with suppress(binascii.Error):
        found = base64.b64decode(joined + b"=" * (-len(joined) % 4))
        if found.startswith(_PACKED) or _is_text(found):
            yield found


def _is_text(data: bytes) -> bool:
    return sum(32 <= byte < 127 or byte in b"\r\n\t" for byte in data[:200]) > 0.9 * len(data[:200])


def _inflated(data: bytes) -> Iterator[bytes]:
    with suppress(zlib.error):
        yield zlib.decompressobj().decompress(data)
