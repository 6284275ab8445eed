"""What people's rights tell the rooms above."""

from dataclasses import dataclass

from tradepost.datamap.events import EventType


@dataclass(frozen=True)
class PortalOpened:
    pass_id: int


EVENTS = (
    EventType(
        name="rights.portal-opened",
        schema=PortalOpened,
        meaning="somebody opened a visit to their own data",
    ),
)
