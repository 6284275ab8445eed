"""Where backups lie, and where their keys and the ledger lie: never the same place."""

from django.conf import settings

from tradepost.jobs import storage
from tradepost.jobs.storage import Files

BACKUPS, KEYS = "backups", "backup-keys"
LEDGER, HEADS = f"{KEYS}/ledger", f"{KEYS}/heads"


def backups() -> Files:
    return storage.files_at(settings.TRADEPOST.backups_url or _here())


def keys() -> Files:
    """Also of the ledger: who has lost it has lost the keys, and can restore nothing without it."""
    return storage.files_at(settings.TRADEPOST.backup_keys_url or _here())


def _here() -> str:
    """The data folder, also where files lie in a bucket."""
    return settings.TRADEPOST.data.as_uri()


def hosts() -> tuple[str, ...]:
    chosen = (settings.TRADEPOST.backups_url, settings.TRADEPOST.backup_keys_url)
    return tuple(sorted({host for url in chosen for host in storage.hosts_of(url)}))
