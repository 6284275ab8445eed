"""What people must not miss on the pages of lower rooms: said by upper rooms, shown above all else."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Model


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """``words``: what happens, when and why; ``can_do``: what the reader may do, behind ``url``."""

    id: str
    words: str
    can_do: str
    url: str


Announcer = Callable[[Model | None], Iterable[Announcement]]
_announcers: list[Announcer] = []


def register_announcer(announcer: Announcer) -> None:
    """It is asked with the merchant whose customers read, or with None: for account holders."""
    if announcer not in _announcers:
        _announcers.append(announcer)


def announcements(merchant: Model | None) -> list[Announcement]:
    return [one for announcer in _announcers for one in announcer(merchant)]
