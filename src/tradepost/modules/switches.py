"""Which modules are on: for everybody, as the operator says, and for a merchant.

A merchant's own choices stand in its row, which every page has read anyway; the operator's are read
again every few seconds, so that no page asks the database for them.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.http import Http404, HttpRequest

from tradepost.datamap.events import EventType
from tradepost.datamap.modules import Module, Text
from tradepost.modules.models import OffForAll

modules: dict[str, Module] = {}


class Switching(Protocol):
    """A merchant, which this room must not know by its class."""

    @property
    def switches(self) -> Mapping[str, bool]: ...


class UnknownModule(LookupError):
    """No room declares a module of this key."""


@dataclass(frozen=True)
class ModuleSwitched:
    """A merchant's switch, or the operator's where the event belongs to no merchant."""

    module: str
    on: bool


SWITCHED = EventType(
    name="modules.switched",
    schema=ModuleSwitched,
    meaning="a module is on or off from now, for a merchant or for everybody",
    texts={"module": "key of a module"},
)


@dataclass(frozen=True, kw_only=True)
class Switch:
    """A line of the page *Modules*. ``chosen``: what was set there; ``on``: what comes of it."""

    module: Module
    chosen: bool
    on: bool
    off_for_all: bool = False
    waits_for: tuple[Text, ...] = ()


class _OperatorsChoice:
    """What is off for everybody, as this process knows it."""

    def __init__(self) -> None:
        self._known: frozenset[str] | None = None
        self._read_at = 0.0

    def off(self) -> frozenset[str]:
        old = time.monotonic() - self._read_at > settings.SWITCHES_KNOWN_SECONDS
        if self._known is None or old:
            return self.know(OffForAll.objects.values_list("module", flat=True))
        return self._known

    def know(self, keys: Iterable[str]) -> frozenset[str]:
        self._known, self._read_at = frozenset(keys), time.monotonic()
        return self._known

    def forget(self) -> None:
        self._known = None


operators_choice = _OperatorsChoice()


def is_on(key: str, merchant: Switching | None) -> bool:
    """``merchant``: whose choice counts besides the operator's; None asks for the operator's alone.

    Raises: UnknownModule.
    """
    if key not in modules:
        raise UnknownModule(key)
    module = modules[key]
    if key in operators_choice.off():
        return False
    chosen = merchant is None or merchant.switches.get(key, module.default_on)
    return bool(chosen) and all(is_on(other, merchant) for other in module.requires)


def with_what_it_requires(key: str) -> Iterator[Module]:
    """Raises: UnknownModule."""
    if key not in modules:
        raise UnknownModule(key)
    yield modules[key]
    for other in modules[key].requires:
        yield from with_what_it_requires(other)


def modules_at(name: str) -> Iterable[Module]:
    """The modules that a page belongs to, by its name among the addresses."""
    return (module for module in modules.values() if module.has_address(name))


def address_is_on(name: str, merchant: Switching | None) -> bool:
    return all(is_on(module.key, merchant) for module in modules_at(name))


def code_is_on(package: str, merchant: Switching | None) -> bool:
    """Whether operations of the API that stand in ``package`` answer."""
    owners = (module for module in modules.values() if module.has_code(package))
    return all(is_on(module.key, merchant) for module in owners)


def work_is_on(package: str, merchant: Any) -> bool:
    """Whether jobs, tasks and mailings of ``package`` go on."""
    owners = (module for module in modules.values() if module.has_work(package))
    return all(is_on(module.key, merchant) for module in owners)


def refuse_if_off(request: HttpRequest, merchant: Switching | None) -> None:
    """A page of a module that is off is not there. For pages that find out whose they are by themselves.

    Raises: Http404.
    """
    match = request.resolver_match
    if match is not None and not address_is_on(match.view_name, merchant):
        raise Http404


def left_out_of_notice(merchant: Switching | None) -> tuple[frozenset[str], frozenset[str]]:
    """Promises and collection points of what is off; what is held already stays in the notice."""
    off = [module for module in modules.values() if not is_on(module.key, merchant)]
    return (
        frozenset(name for module in off for name in module.promises),
        frozenset(name for module in off for name in module.collects),
    )


def switches_for_all() -> list[Switch]:
    off = operators_choice.off()
    return [
        Switch(module=module, chosen=module.key not in off, on=is_on(module.key, None))
        for module in modules.values()
    ]
