"""Where files lie that all machines share: the data folder, or a bucket (TRADEPOST_FILES_URL).

    with storage.files().open("exports/orders/17.csv") as stream: …

What belongs to one machine alone does not lie here: spools, journals, locks, logs, the SQLite database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from tradepost.jobs.storage.drafts import draft
from tradepost.jobs.storage.folder import Folder
from tradepost.jobs.storage.types import Files, StoredFile, UnsafeName
from tradepost.lib.bucket_address import BucketAddress

__all__ = ["Files", "StoredFile", "UnsafeName", "being_written", "bucket_hosts", "draft", "files"]


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
    if not settings.TRADEPOST.files_url:
        return ()
    return (BucketAddress.read(settings.TRADEPOST.files_url).host,)


@cache
def _of(address: str) -> Files:
    if not address:
        return Folder()
    # By name: one machine alone never needs it, and it is ten megabytes of memory.
    bucket: Files = import_string("tradepost.jobs.storage.bucket.bucket_at")(address)
    return bucket
