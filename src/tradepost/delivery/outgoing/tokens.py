"""Numbers of messages that travel: in return paths, Message-IDs and unsubscribe addresses.

A token is one AES block over its kind, the table and the row number: it cannot be guessed or turned
into another kind's, needs no column, and a thousand are made by one call. 64 bits of it are fixed, so
a forged one passes with probability 2⁻⁶⁴.
"""

import zlib
from collections.abc import Sequence
from functools import cache
from typing import Literal

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

from tradepost.lib.keys import derived_key

Kind = Literal["bounce", "message", "unsubscribe"]
Table = Literal["handover", "mail"]

_TABLES: dict[Table, bytes] = {"handover": b"hndv", "mail": b"mail"}
_NAMES = {mark: name for name, mark in _TABLES.items()}


class BadToken(ValueError):
    """This installation did not make this token for this use."""


@cache
def _cipher(secret: str) -> Cipher[modes.ECB]:
    # One block, never two: equal blocks looking equal is the wanted property.
    return Cipher(algorithms.AES(derived_key(secret, "mail tokens")), modes.ECB())  # noqa: S305  a single block, see above


def make_tokens(kind: Kind, table: Table, numbers: Sequence[int]) -> list[str]:
    """32 hexadecimal digits for each row number."""
    head = zlib.crc32(kind.encode()).to_bytes(4) + _TABLES[table]
    blocks = b"".join([head + number.to_bytes(8) for number in numbers])
    digits = _cipher(settings.SECRET_KEY).encryptor().update(blocks).hex()
    return [digits[start : start + 32] for start in range(0, len(digits), 32)]


def read_token(kind: Kind, text: str) -> tuple[Table, int]:
    """Raises: BadToken."""
    try:
        sealed = bytes.fromhex(text)
    except ValueError:
        raise BadToken(text) from None
    if len(sealed) != 16:
        raise BadToken(text)
    block = _cipher(settings.SECRET_KEY).decryptor().update(sealed)
    table = _NAMES.get(block[4:8])
    if table is None or block[:4] != zlib.crc32(kind.encode()).to_bytes(4):
        raise BadToken(text)
    return table, int.from_bytes(block[8:])
