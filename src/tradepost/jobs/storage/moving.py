"""Trying the storage out, and bringing the files of one machine into a bucket."""

import secrets
from pathlib import Path
from shutil import copyfile

from django.conf import settings

from tradepost.jobs import storage
from tradepost.jobs.storage.folder import Folder

SHARED = ("media", "private", "exports", "keys")  # what all machines see


class NotTheSame(Exception):
    """What was written is not what is read; the text is the file's name."""


class NoBucketChosen(Exception):
    """Files lie in the data folder, so there is nowhere to move them to."""


def try_out() -> str:
    """Write, list, read and delete one file; returns where files lie. Raises: NotTheSame."""
    name, content = f"exports/trial/{secrets.token_hex(8)}", secrets.token_bytes(100)
    files = storage.files()
    files.write(name, content)
    with files.open(name) as stream:
        found = stream.read()
    is_listed = any(file.name == name for file in files.list("exports/trial"))
    files.delete(name)
    if found != content or not is_listed:
        raise NotTheSame(name)
    return str(settings.TRADEPOST.data) if isinstance(files, Folder) else storage.bucket_hosts()[0]


def move_into_bucket() -> int:
    """Each file is deleted here when it has arrived whole. Safe to repeat; returns how many went.

    Raises: NoBucketChosen, NotTheSame.
    """
    if isinstance(storage.files(), Folder):
        raise NoBucketChosen
    here = Folder()
    found = [file for folder in SHARED for file in here.list(folder)]
    for file in found:
        with storage.draft() as draft:
            copyfile(Path(settings.TRADEPOST.data) / file.name, draft)
            storage.files().put(file.name, draft)
        if storage.files().size(file.name) != file.size:
            raise NotTheSame(file.name)
        here.delete(file.name)
    return len(found)
