"""What upper rooms say above every page of the back office: to a member of a shop's team."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tradepost.datamap.extensions import ExtensionPoint


@dataclass(frozen=True, kw_only=True)
class OfficeNotice:
    """``words`` and, where there is more to read or to do, ``link`` to ``url``; ``tone`` info, warn or bad."""

    words: str
    url: str = ""
    link: str = ""
    tone: str = "warn"


# Asked with the membership, in the shop's scope, once a page: none, or one quick query.
notices: ExtensionPoint[Callable[[object], Iterable[OfficeNotice]]] = ExtensionPoint(
    "above every page of the office"
)


def office_notices(membership: object) -> list[OfficeNotice]:
    return [one for notice_of in notices for one in notice_of(membership)]
