"""Where upper rooms add to a lower one, which does not know them: ways of paying, conditions of segments.

The lower room makes the point and reads it like a list or a dictionary. What a room adds stands in its
declaration, and counts once all rooms are collected:

    gateways: NamedExtensionPoint[PaymentGateway] = NamedExtensionPoint("ways of paying")
    Room(…, extensions=(gateways.adding({"stripe": stripe}),))
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial


class AlreadyDeclared(ValueError):
    """Two rooms declared the same thing."""


@dataclass(frozen=True)
class Extension:
    """What one room adds to one point; ``name`` is the point's. ``join`` is called once."""

    name: str
    join: Callable[[], None]


class ExtensionPoint[T](list[T]):
    """In the order of the rooms, lower ones first. ``name`` is for people who read the wiring."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def adding(self, *more: T) -> Extension:
        return Extension(self.name, partial(self.extend, more))


class NamedExtensionPoint[T](dict[str, T]):
    """Each that is added has a name of its own."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def adding(self, more: Mapping[str, T]) -> Extension:
        """Joining raises: AlreadyDeclared."""
        return Extension(self.name, partial(self._join, more))

    def _join(self, more: Mapping[str, T]) -> None:
        if twice := self.keys() & more.keys():
            raise AlreadyDeclared(", ".join(sorted(twice)))
        self.update(more)
