"""Secrets that must be read again are sealed with a key derived from the installation's."""

import base64
import hashlib
from functools import cache

from cryptography.fernet import Fernet
from django.conf import settings


@cache
def _fernet(secret: str) -> Fernet:
    key = hashlib.blake2b(secret.encode(), digest_size=32, person=b"second-factor").digest()
    return Fernet(base64.urlsafe_b64encode(key))


def seal(text: str) -> str:
    return _fernet(settings.SECRET_KEY).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises: cryptography.fernet.InvalidToken, for a text sealed elsewhere."""
    return _fernet(settings.SECRET_KEY).decrypt(sealed.encode()).decode()
