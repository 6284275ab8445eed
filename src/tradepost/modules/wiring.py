"""The house in words: what each room declares, every event, every address, every turn."""

from collections.abc import Iterator
from dataclasses import fields

from django.urls import URLPattern, URLResolver, get_resolver

from tradepost.datamap.registry import schedule
from tradepost.datamap.rooms import Room
from tradepost.modules.registry import rooms
from tradepost.modules.subscriptions import events, listeners_of

_NOT_LISTED = frozenset({"name", "url_prefix", "url_order", "not_collecting"})
_NAMED_BY = ("id", "name", "url_name", "label", "title")


def declared_by(room: Room) -> Iterator[tuple[str, list[str]]]:
    """Kind of declaration → names, of the kinds that the room has."""
    for part in fields(room):
        if part.name not in _NOT_LISTED and (found := getattr(room, part.name)):
            yield part.name.replace("_", " "), [_name_of(one) for one in found]


def _name_of(declared: object) -> str:
    if isinstance(declared, str):
        return declared
    return next(str(getattr(declared, key)) for key in _NAMED_BY if hasattr(declared, key))


def addresses() -> Iterator[tuple[str, str]]:
    """Address and name of every route, in the order in which they are tried."""
    for address, name, _pattern in routes():
        yield address, name


def routes() -> Iterator[tuple[str, str, URLPattern]]:
    """The same with what Django knows of each."""
    yield from _below(get_resolver().url_patterns, "/", "")


def _below(
    patterns: list[URLPattern | URLResolver], above: str, space: str
) -> Iterator[tuple[str, str, URLPattern]]:
    for one in patterns:
        here = above + str(one.pattern)
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from _below(one.url_patterns, here, inner)
        else:
            yield here, f"{space}{one.name or ''}", one


def events_in_words() -> Iterator[tuple[str, str, str, str]]:
    for event in events.values():
        holds = ", ".join(f"`{one.name}`" for one in fields(event.schema))
        heard = [
            f"`{one.name}`{' (in the transaction)' if one.in_transaction else ''}"
            for one in listeners_of(event)
        ]
        yield f"`{event.name}`", holds, event.meaning, ", ".join(heard) or "nobody"


def as_markdown() -> str:
    """``docs/wiring.md``: the same lists, a page to read."""
    lines = [
        "# Wiring",
        "",
        "Made from the declarations by `tradepost rooms --markdown`; a house test compares it.",
        "",
        "## Rooms",
    ]
    for room in rooms.values():
        lines += ["", f"### {room.name}", ""]
        said = [
            f"- {kind}: {', '.join(f'`{name}`' for name in names)}"
            for kind, names in declared_by(room)
        ]
        lines += said or ["Declares nothing."]
    lines += ["", "## Events", "", "| event | holds | says that | heard by |", "|---|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in events_in_words()]
    lines += ["", "## Clockwork", "", "| turn | every | calls |", "|---|---|---|"]
    lines += [
        f"| {turn.name} | {turn.every}{', on each machine' * turn.on_each_machine} | `{turn.call}` |"
        for turn in schedule
    ]
    lines += ["", "## Addresses", "", "| address | name |", "|---|---|"]
    lines += [f"| `{address}` | `{name}` |" for address, name in addresses()]
    return "\n".join(lines) + "\n"
