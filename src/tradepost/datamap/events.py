"""What rooms tell one another: typed events, and who hears them. Declared in ``Room``.

An event says that something has happened, and carries row numbers and words of closed lists, never
personal data: whoever hears it later reads the row, which may have been erased by then.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, get_args, get_type_hints


class NoEventSchema(TypeError):
    """An event's schema is no frozen dataclass, or has a field that an outbox must not hold."""


class PersonalDataInEvent(ValueError):
    """Something that looks like an e-mail address was about to be published."""


@dataclass(frozen=True, kw_only=True)
class EventType:
    """``name`` is ``room.what-has-happened``; ``schema`` a frozen dataclass of numbers, truths and enums.

    ``texts``: the schema's fields that are plain text, and why none of them tells of a person.
    """

    name: str
    schema: type
    meaning: str
    texts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises: NoEventSchema."""
        made = getattr(self.schema, "__dataclass_params__", None)
        if made is None or not made.frozen:
            raise NoEventSchema(f"{self.name}: {self.schema.__name__} is no frozen dataclass")
        for name, kind in get_type_hints(self.schema).items():
            if not all(self._may_hold(name, one) for one in _kinds(kind)):
                raise NoEventSchema(
                    f"{self.name}: {name} is neither number, truth nor enum; a text gives a reason in texts"
                )

    def _may_hold(self, name: str, kind: object) -> bool:
        if kind is str:
            return name in self.texts
        return kind in (int, bool, NoneType) or (
            isinstance(kind, type) and issubclass(kind, StrEnum)
        )

    def packed(self, payload: Any) -> dict[str, object]:
        """For JSON. Raises: PersonalDataInEvent."""
        values = asdict(payload)
        if any("@" in value for value in values.values() if isinstance(value, str)):
            raise PersonalDataInEvent(self.name)
        return {
            key: value.value if isinstance(value, StrEnum) else value
            for key, value in values.items()
        }

    def unpacked(self, values: Mapping[str, object]) -> Any:
        """Fields that this version does not know any more are left out.

        Raises: TypeError, where a field is missing that has no default; ValueError for a word that is gone.
        """
        hints = get_type_hints(self.schema)
        known = {one.name for one in fields(self.schema)}
        return self.schema(
            **{key: _as(hints[key], value) for key, value in values.items() if key in known}
        )


def _kinds(hint: object) -> tuple[object, ...]:
    return get_args(hint) if isinstance(hint, UnionType) else (hint,)


def _as(hint: object, value: object) -> object:
    for kind in _kinds(hint):
        if isinstance(value, str) and isinstance(kind, type) and issubclass(kind, StrEnum):
            return kind(value)
    return value


@dataclass(frozen=True, slots=True)
class Occurred[Payload]:
    """One event, as a subscriber hears it. ``number`` is None where nobody is told later."""

    name: str
    payload: Payload
    merchant_id: int | None
    at: datetime
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class Subscription[Payload]:
    """``call`` hears of each event whose payload is a ``to``. ``name`` is kept in rows: it never changes.

    Told later, on a worker, the call runs under the merchant's scope in one transaction with the note
    that it was told: what it writes is written once. What it does outside may be done again after a
    crash; ``(number, name)`` is the same each time, for a receiver who counts a thing once.

    ``in_transaction``: called at once, inside the publisher's transaction. Either both are written or
    neither; an exception undoes the publisher's work, too. It must not call outside.

    ``module``: told later, it hears nothing of a merchant that has this module off, but that it was
    switched.
    """

    name: str
    to: type[Payload]
    call: Callable[[Occurred[Payload]], None]
    in_transaction: bool = False
    module: str = ""
