"""Sealing a stream piece by piece, so that order, end and every byte are vouched for.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015) as the age format uses it: ChaCha20-
Poly1305 over pieces of 64 KiB, a counter and a mark of the last piece in the nonce, a key for each file
from HKDF. The library does the cryptography.
"""

import io
import json
import secrets
import struct
from collections.abc import Buffer
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tradepost.backups.types import Unreadable

MAGIC = b"tradepost backup 1\n"
PIECE = 64 * 1024
_TAG = 16
_SALT = 32
_LONGEST_HEAD = 4096


def write_head(target: BinaryIO, head: dict[str, str]) -> bytes:
    """The lines in the clear; they are vouched for by the key that is drawn from them."""
    said = json.dumps(head, sort_keys=True).encode()
    whole = MAGIC + struct.pack(">H", len(said)) + said + secrets.token_bytes(_SALT)
    target.write(whole)
    return whole


def read_head(source: BinaryIO) -> tuple[dict[str, str], bytes]:
    """Raises: Unreadable."""
    start = source.read(len(MAGIC) + 2)
    if start[: len(MAGIC)] != MAGIC or len(start) != len(MAGIC) + 2:
        raise Unreadable("It is no backup of this program, or its beginning is damaged.")
    (length,) = struct.unpack(">H", start[len(MAGIC) :])
    rest = source.read(min(length, _LONGEST_HEAD) + _SALT)
    try:
        head: dict[str, str] = json.loads(rest[:-_SALT])
    except ValueError:
        raise Unreadable("Its beginning is damaged.") from None
    return head, start + rest


def _cipher(key: bytes, head: bytes) -> ChaCha20Poly1305:
    drawn = HKDF(algorithm=SHA256(), length=32, salt=head[-_SALT:], info=head).derive(key)
    return ChaCha20Poly1305(drawn)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class SealingWriter(io.RawIOBase):
    """What is written to it is sealed; only :meth:`finish` makes it whole."""

    def __init__(self, target: BinaryIO, *, key: bytes, head: bytes) -> None:
        self._target, self._cipher = target, _cipher(key, head)
        self._number, self._waiting = 0, bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: Buffer) -> int:
        view = memoryview(content).cast("B")
        self._waiting += view
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(view)

    def finish(self) -> None:
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, None))
        self._number += 1


class UnsealingReader(io.RawIOBase):
    """Reads what was sealed. Raises: Unreadable, before one byte of a bad piece is handed on."""

    def __init__(self, source: BinaryIO, *, key: bytes, head: bytes) -> None:
        self._source, self._cipher = source, _cipher(key, head)
        self._number, self._rest = 0, memoryview(b"")
        self._ahead = source.read(PIECE + _TAG)
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, target: Buffer) -> int:
        view = memoryview(target).cast("B")
        while not self._rest and not self._ended:
            self._rest = memoryview(self._next_piece())
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def _next_piece(self) -> bytes:
        sealed, self._ahead = self._ahead, self._source.read(PIECE + _TAG)
        self._ended = not self._ahead
        nonce = _nonce(self._number, last=self._ended)
        try:
            piece = self._cipher.decrypt(nonce, sealed, None)
        except InvalidTag:
            what = "cut off or altered near its end" if self._ended else "damaged or altered"
            raise Unreadable(f"It is {what} (piece {self._number + 1}).") from None
        self._number += 1
        return piece
