"""The events of the house and who hears them, collected from the rooms."""

from collections.abc import Iterable
from typing import Any

from tradepost.datamap.events import EventType, Subscription
from tradepost.datamap.extensions import AlreadyDeclared
from tradepost.datamap.rooms import Room

events: dict[str, EventType] = {}
subscriptions: dict[str, Subscription[Any]] = {}


class UndeclaredEvent(LookupError):
    """No room declares an event with this payload (``Room.events``), or none below its listener."""


def event_of(schema: type) -> EventType:
    """Raises: UndeclaredEvent."""
    for event in events.values():
        if event.schema is schema:
            return event
    raise UndeclaredEvent(schema.__qualname__)


def collect_events(rooms: Iterable[Room]) -> None:
    """From lower rooms to upper ones: whoever listens lies above whoever publishes, or is the same.

    Raises: AlreadyDeclared, UndeclaredEvent.
    """
    for room in rooms:
        for event in room.events:
            if event.name in events:
                raise AlreadyDeclared(event.name)
            events[event.name] = event
        for listener in room.subscriptions:
            if listener.name in subscriptions:
                raise AlreadyDeclared(listener.name)
            event_of(listener.to)
            subscriptions[listener.name] = listener


def listeners_of(event: EventType) -> list[Subscription[Any]]:
    return [one for one in subscriptions.values() if one.to is event.schema]
