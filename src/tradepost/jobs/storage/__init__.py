"""Where files lie that all machines share: the data folder, or a bucket (TRADEPOST_FILES_URL).

    with storage.files().open("exports/orders/17.csv") as stream: …

What belongs to one machine alone does not lie here: spools, journals, locks, logs, the SQLite database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.module_loading import import_string

from tradepost.jobs.storage.drafts import draft
from tradepost.jobs.storage.folder import Folder
from tradepost.jobs.storage.types import Files, StoredFile, UnsafeName
from tradepost.lib.bucket_address import SCHEME, BucketAddress

__all__ = [
    "Files",
    "StoredFile",
    "UnsafeName",
    "being_written",
    "bucket_hosts",
    "draft",
    "files",
    "files_at",
    "hosts_of",
]


def files() -> Files:
    return _of(settings.TRADEPOST.files_url)


@contextmanager
def being_written(name: str) -> Iterator[Path]:
    """A draft on this machine; it takes the name when the block ends without an error."""
    with draft() as path:
        yield path
        files().put(name, path)


def bucket_hosts() -> tuple[str, ...]:
    """Whom files are given to: nobody, or the host of the bucket."""
    return hosts_of(settings.TRADEPOST.files_url)


def hosts_of(address: str) -> tuple[str, ...]:
    """Whom such an address gives files to."""
    return (BucketAddress.read(address).host,) if address.startswith(f"{SCHEME}://") else ()


def files_at(address: str) -> Files:
    """A folder (``file:///…``) or a bucket (``s3://…``) of one's own."""
    return _of(address)


@cache
def _of(address: str) -> Files:
    if not address:
        return Folder()
    if address.startswith("file://"):
        return Folder(Path(unquote(urlsplit(address).path)))
    # By name: one machine alone never needs it, and it is ten megabytes of memory.
    bucket: Files = import_string("tradepost.jobs.storage.bucket.bucket_at")(address)
    return bucket
