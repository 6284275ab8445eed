"""What a backup is called, what it says of itself, and what can be wrong with it."""

import re
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

KEYS_LIVE = timedelta(days=30)
EVERY = timedelta(days=1)
LATE_AFTER = timedelta(hours=36)
_NAME = re.compile(r"tradepost-(\d{8}T\d{6})Z\.backup")
_MOMENT = "%Y%m%dT%H%M%S"


class BackupFailed(Exception):
    """No backup was made, or none could be restored; the text is one sentence for the operator."""


class Unreadable(BackupFailed):
    """Damaged, cut off, altered, or its key is gone."""


class TailCut(Exception):
    """The access record does not reach what was written outside: its newest entries were taken out."""


def name_at(moment: datetime) -> str:
    return f"tradepost-{moment:{_MOMENT}}Z.backup"


def made_at(name: str) -> datetime | None:
    """When a file of this name was made; None for any other file."""
    found = _NAME.fullmatch(name)
    return datetime.strptime(found[1], _MOMENT).replace(tzinfo=UTC) if found else None


def dies_at(day: date) -> datetime:
    """From here on nobody can read what was sealed on this day, not even its first minute's copy."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + KEYS_LIVE


@dataclass(frozen=True, kw_only=True)
class About:
    """What stands first in a backup. ``rows``: how many each table held at that moment."""

    engine: str
    version: str
    began_at: str
    key_print: str
    rows: dict[str, int]

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.began_at)

    def as_dict(self) -> dict[str, object]:
        return asdict(self)

    @classmethod
    def read(cls, said: dict[str, object]) -> Self:
        """Raises: Unreadable, for one of a version that says other things."""
        try:
            return cls(**said)  # type: ignore[arg-type]  # the seal says that it is ours
        except TypeError:
            raise Unreadable("It was made by another version of this program.") from None
