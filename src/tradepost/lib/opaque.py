"""Row numbers that may be shown: encrypted, so that nobody can guess the next one or count rows."""

import base64
import hashlib
import zlib
from collections.abc import Iterable

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class UnknownId(ValueError):
    """The text was not made by this installation for this kind of row."""


class Opaque:
    """Turns ``("order", 17)`` into 26 letters and back.

    One AES block holds a checksum of the kind, four zero bytes and the number; a guessed text decrypts
    to the right 64 fixed bits with probability 2^-64, so the text needs no column and no index.
    """

    def __init__(self, secret: bytes) -> None:
        key = hashlib.blake2b(secret, digest_size=32, person=b"opaque-ids").digest()
        # One block, never two: the mode's weakness (equal blocks look equal) is the wanted property.
        self._cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305  see above

    def encode(self, kind: str, number: int) -> str:
        return self.encode_all(kind, [number])[0]

    def encode_all(self, kind: str, numbers: Iterable[int]) -> list[str]:
        """The same for many, by one call of the cipher and one of the letters."""
        head = zlib.crc32(kind.encode()).to_bytes(4) + bytes(4)
        sealed = self._cipher.encryptor().update(b"".join(head + n.to_bytes(8) for n in numbers))
        # Padded to 20 bytes a block is 32 letters, whole, and the first 26 are those it has alone.
        padded = b"".join(sealed[at : at + 16] + bytes(4) for at in range(0, len(sealed), 16))
        letters = base64.b32encode(padded).decode().lower()
        return [letters[at : at + 26] for at in range(0, len(letters), 32)]

    def decode(self, kind: str, text: str) -> int:
        """Raises: UnknownId."""
        try:
            sealed = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
        except (ValueError, UnicodeError):
            raise UnknownId(text) from None
        if len(sealed) != 16:
            raise UnknownId(text)
        block = self._cipher.decryptor().update(sealed)
        if block[:8] != zlib.crc32(kind.encode()).to_bytes(4) + bytes(4):
            raise UnknownId(text)
        return int.from_bytes(block[8:])
