"""What stands in the links of a mail: signed, unguessable, and naming nobody to those who read it.

A token is base64url of ``block · rest · seal``. The block is one AES block that holds the campaign's
and the contact's row numbers (contact 0: nobody in particular); the seal is keyed BLAKE2b (RFC 7693, a third of
what HMAC-SHA256 costs, several times a message) over kind, block and rest. For a click the rest is the
link's number and the address it leads to: the target sits inside what is signed, so there is nothing
to redirect openly to.
"""

import hashlib
import hmac
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from struct import Struct
from typing import Literal

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

BLOCK = 16
SEAL = 16
_NUMBERS = Struct(">QQ")
# RFC 4648 §5 without the wrappers of the base64 module: read tens of thousands of times a second.
_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_+/", b"+/!!")
_PADDING = (b"", b"=", b"==", b"===")
Kind = Literal[b"o", b"c", b"u"]
OPEN: Kind = b"o"
CLICK: Kind = b"c"
UNSUBSCRIBE: Kind = b"u"
MEASURED = b"m"  # in the token of the unsubscribe page of somebody who agreed to be measured


class Forged(ValueError):
    """Not made by this installation, or altered since."""


@dataclass(frozen=True, slots=True)
class Click:
    block: bytes
    link: int
    target: str


class TokenSigner:
    """Makes and checks tokens. One per process; holds keys derived from the secret, nothing else."""

    def __init__(self, secret: str) -> None:
        def key(purpose: bytes) -> bytes:
            return hashlib.blake2b(secret.encode(), digest_size=32, person=purpose).digest()

        self._seal_key = key(b"track-seal")
        # One block, never two: the mode's weakness (equal blocks look equal) is the wanted property.
        self._cipher = Cipher(algorithms.AES(key(b"track-block")), modes.ECB())  # noqa: S305  said above

    def blocks(self, campaign: int, contacts: Iterable[int]) -> list[bytes]:
        """One block for each contact of one campaign, encrypted in one go."""
        head = campaign.to_bytes(8)
        plain = b"".join(head + contact.to_bytes(8) for contact in contacts)
        sealed = self._cipher.encryptor().update(plain)
        return [sealed[place : place + BLOCK] for place in range(0, len(sealed), BLOCK)]

    def read_blocks(self, blocks: Sequence[bytes]) -> list[tuple[int, int]]:
        """(campaign, contact) of each block."""
        return list(_NUMBERS.iter_unpack(self._cipher.decryptor().update(b"".join(blocks))))

    def nobody(self, block: bytes) -> bytes:
        """The same campaign without the person."""
        ((campaign, _contact),) = self.read_blocks([block])
        return self.blocks(campaign, [0])[0]

    def token(self, kind: Kind, block: bytes, rest: bytes = b"") -> str:
        body = block + rest
        return _encode(body + self._seal(kind, body))

    def click_token(self, block: bytes, link: int, target: str) -> str:
        return self.token(CLICK, block, click_rest(link, target))

    def read(self, kind: Kind, token: str) -> tuple[bytes, bytes]:
        """(block, rest). Raises: Forged."""
        try:
            text = token.encode("ascii").translate(_FROM_URL)
            sealed = a2b_base64(text + _PADDING[-len(text) % 4], strict_mode=True)
        except ValueError:
            raise Forged from None
        body, seal = sealed[:-SEAL], sealed[-SEAL:]
        if len(body) < BLOCK:
            raise Forged
        right = self._seal(kind, body)
        # The text is compared too: base64 has several spellings of the same last bits.
        if not hmac.compare_digest(seal, right) or _encode(sealed) != token:
            raise Forged
        return body[:BLOCK], body[BLOCK:]

    def _seal(self, kind: Kind, body: bytes) -> bytes:
        return hashlib.blake2b(kind + body, key=self._seal_key, digest_size=SEAL).digest()

    def read_click(self, token: str) -> Click:
        """Raises: Forged."""
        block, rest = self.read(CLICK, token)
        return Click(block, int.from_bytes(rest[:2]), rest[2:].decode())


def click_rest(link: int, target: str) -> bytes:
    """What a click's token says beyond who: the link's number, and where it leads."""
    return link.to_bytes(2) + target.encode()


def _encode(raw: bytes) -> str:
    return b2a_base64(raw, newline=False).translate(_TO_URL).rstrip(b"=").decode()


@cache
def _signer(secret: str) -> TokenSigner:
    return TokenSigner(secret)


def signer() -> TokenSigner:
    return _signer(settings.SECRET_KEY)
