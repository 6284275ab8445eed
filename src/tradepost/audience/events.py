"""What the audience tells the rooms above."""

from dataclasses import dataclass

from tradepost.datamap.events import EventType


@dataclass(frozen=True)
class SubscriptionConfirmed:
    contact_id: int
    list_id: int


@dataclass(frozen=True)
class Unsubscribed:
    """``list_id``: None for all lists."""

    contact_id: int
    list_id: int | None
    how: str


EVENTS = (
    EventType(
        name="audience.confirmed",
        schema=SubscriptionConfirmed,
        meaning="somebody followed the link and is on the list",
    ),
    EventType(
        name="audience.unsubscribed",
        schema=Unsubscribed,
        meaning="a contact left a list, or all of them",
        texts={"how": "by which way: the link, the preferences, a complaint"},
    ),
)
