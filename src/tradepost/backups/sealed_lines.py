"""Files of lines beside the keys, outside the database: each with a seal under the installation's key."""

import hmac

from django.conf import settings

from tradepost.backups import places
from tradepost.backups.types import BackupFailed
from tradepost.lib.keys import derived_key


class LedgerDamaged(BackupFailed):
    """Something of the ledger is missing or was altered; who restored without it would bring people back."""


def read_lines(name: str) -> list[str] | None:
    """None where there is no such file. Raises: LedgerDamaged."""
    try:
        with places.keys().open(name) as stream:
            seal, _, body = stream.read().partition(b"\n")
    except FileNotFoundError:
        return None
    if not hmac.compare_digest(seal, _seal(name, body)):
        raise LedgerDamaged(f"The ledger's file {name} is damaged, or of another installation.")
    return body.decode().splitlines()


def write_lines(name: str, lines: list[str]) -> None:
    """All of them, in the place of what was there, in one step."""
    body = "\n".join(lines).encode()
    places.keys().write(name, _seal(name, body) + b"\n" + body)


def _seal(name: str, body: bytes) -> bytes:
    key = derived_key(settings.SECRET_KEY, "ledger of erasures")
    return hmac.digest(key, name.encode() + b"\n" + body, "sha256").hex().encode()
