"""What accounts tell the rooms above."""

from dataclasses import dataclass

from tradepost.datamap.events import EventType


@dataclass(frozen=True)
class NeverConfirmed:
    user_id: int


EVENTS = (
    EventType(
        name="identity.never-confirmed",
        schema=NeverConfirmed,
        meaning="an account goes because nobody confirmed its address",
    ),
)
