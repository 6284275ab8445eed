"""An event of the tests, and whoever a test lets listen to it."""

from dataclasses import dataclass
from enum import StrEnum

import pytest

from tradepost.datamap.events import EventType, Subscription
from tradepost.modules import subscriptions as registry


class Shade(StrEnum):
    DARK = "dark"
    LIGHT = "light"


@dataclass(frozen=True)
class KettleBoiled:
    kettle_id: int
    shade: Shade = Shade.DARK
    list_id: int | None = None


@pytest.fixture
def kettle(monkeypatch):
    """Lets ``listen(name, call, …)`` hear of ``KettleBoiled``."""
    event = EventType(name="test.kettle-boiled", schema=KettleBoiled, meaning="a kettle boiled")
    monkeypatch.setitem(registry.events, event.name, event)

    def listen(name, call, **said):
        listener = Subscription(name=name, to=KettleBoiled, call=call, **said)
        monkeypatch.setitem(registry.subscriptions, name, listener)

    return listen
