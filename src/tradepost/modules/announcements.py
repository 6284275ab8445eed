"""What people must not miss on the pages of lower rooms: said by upper rooms, shown above all else."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Model

from tradepost.datamap.extensions import ExtensionPoint


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """``words``: what happens, when and why; ``can_do``: what the reader may do, behind ``url``."""

    id: str
    words: str
    can_do: str
    url: str


# Asked with the merchant whose customers read, or with None: for account holders.
announcers: ExtensionPoint[Callable[[Model | None], Iterable[Announcement]]] = ExtensionPoint(
    "what people must not miss"
)


def announcements(merchant: Model | None) -> list[Announcement]:
    return [one for announcer in announcers for one in announcer(merchant)]
