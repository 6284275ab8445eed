"""Secrets at rest: text sealed under a key derived from the installation's own."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken


class NotSealedHere(ValueError):
    """Not sealed by this installation for this use, or altered since."""


class Sealer:
    """Fernet (AES-CBC with HMAC-SHA256) under a key for one use, so that uses cannot be mixed up."""

    def __init__(self, secret: bytes, use: str) -> None:
        key = hashlib.blake2b(
            secret + b"\0" + use.encode(), digest_size=32, person=b"sealed"
        ).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """Raises: NotSealedHere."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise NotSealedHere("sealed under another key, or altered") from None
