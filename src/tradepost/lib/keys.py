"""One secret, many keys: each use gets its own, so that none can stand in for another."""

import hashlib
from functools import cache


@cache
def derived_key(secret: str, use: str) -> bytes:
    """32 bytes from the installation's secret for one named use (BLAKE2b, keyed)."""
    return hashlib.blake2b(use.encode(), key=_short(secret), digest_size=32).digest()


def _short(secret: str) -> bytes:
    return hashlib.blake2b(secret.encode(), digest_size=64).digest()
