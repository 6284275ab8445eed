"""One key a day. When it dies, every copy that was sealed under it is noise, wherever it lies."""

import base64
import binascii
import secrets
from datetime import date, datetime

from tradepost.backups import places
from tradepost.backups.types import Unreadable, dies_at
from tradepost.lib import clock

_BYTES = 32
_ENDING = ".key"


def key_for(day: date) -> bytes:
    """The day's key, made when there is none yet."""
    try:
        return key_of(day)
    except Unreadable:
        if dies_at(day) <= clock.now():
            raise
    places.keys().write(_name(day), base64.b64encode(secrets.token_bytes(_BYTES)))
    return key_of(day)  # of two that made one at once, both use the one that stayed


def key_of(day: date) -> bytes:
    """Raises: Unreadable, when it is dead: also where the file is still there."""
    if dies_at(day) <= clock.now():
        raise Unreadable(
            f"Its key died on {dies_at(day):%-d %B %Y}: nobody can read this backup any more."
        )
    try:
        with places.keys().open(_name(day)) as stream:
            key = base64.b64decode(stream.read(), validate=True)
    except FileNotFoundError:
        raise Unreadable(
            f"The key of {day} is not there: without it nobody can read this backup."
        ) from None
    except binascii.Error:
        key = b""
    if len(key) != _BYTES:
        raise Unreadable(f"The key of {day} is damaged: without it nobody can read this backup.")
    return key


def days() -> list[date]:
    """Whose keys are there, the oldest first."""
    found = (file.name.rpartition("/")[2] for file in places.keys().list(places.KEYS))
    return sorted(
        date.fromisoformat(name.removesuffix(_ENDING)) for name in found if name.endswith(_ENDING)
    )


def dead(now: datetime) -> list[date]:
    return [day for day in days() if dies_at(day) <= now]


def let_die(now: datetime) -> int:
    gone = dead(now)
    for day in gone:
        places.keys().write(_name(day), bytes(_BYTES))  # a file system that overwrites does so
        places.keys().delete(_name(day))
    return len(gone)


def _name(day: date) -> str:
    return f"{places.KEYS}/{day.isoformat()}{_ENDING}"
