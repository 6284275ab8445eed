"""All that the rooms declared, collected once when every model is ready."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver

from tradepost.datamap.collection import collection_points, not_collecting
from tradepost.datamap.extensions import AlreadyDeclared
from tradepost.datamap.modules import Module
from tradepost.datamap.processors import processors
from tradepost.datamap.registry import (
    actions,
    beside_scheduler,
    icons,
    keep_rules,
    schedule,
    stores,
)
from tradepost.datamap.rooms import (
    BrowserKey,
    Cookie,
    FirstStep,
    NavigationEntry,
    NavigationGroup,
    Periodic,
    Room,
    Tile,
)
from tradepost.modules.mail_templates import mail_templates
from tradepost.modules.places import places
from tradepost.modules.steps import steps
from tradepost.modules.subscriptions import collect_events
from tradepost.modules.switches import is_on, modules
from tradepost.modules.team import collect_team
from tradepost.modules.third_party import ModuleRefused, examine
from tradepost.modules.tiles import tiles

rooms: dict[str, Room] = {}
packages: dict[str, str] = {}  # name of a room → its package
groups: dict[str, NavigationGroup] = {}
navigation: list[NavigationEntry] = []
cookies: dict[str, Cookie] = {}
browser_keys: dict[str, BrowserKey] = {}


def load_rooms() -> None:
    """Collect ``room.room`` of every installed room, then let each add to the rooms below it.

    Raises: AlreadyDeclared, when two rooms declare one name; ModuleRefused, for one of another maker.
    """
    # Installed are upper rooms first; what lower ones add comes first.
    found = []
    for config in reversed(list(apps.get_app_configs())):
        if room := _of(config.name):
            packages[room.name] = config.name
            found.append(room)
    for room in found:
        collect(room)
    _examine_requirements()
    collect_team(found)
    collect_events(found)
    for room in found:
        for extension in room.extensions:
            extension.join()
    for room in found:
        if packages[room.name] in settings.THIRD_PARTY:
            examine(room, packages[room.name], _names_of(packages[room.name], room.name))


def _of(package: str) -> Room | None:
    """Raises: ModuleRefused, for another maker's package that is no room."""
    ours = package.startswith("tradepost.") or package in settings.THIRD_PARTY
    if not ours:
        return None
    if not find_spec(f"{package}.room"):
        if package in settings.THIRD_PARTY:
            raise ModuleRefused(f"{package} declares no Room: it has no room.py")
        return None
    room: Room = import_module(f"{package}.room").room
    return room


def _names_of(package: str, name: str) -> list[str]:
    """The names of a room's own pages, as ``reverse`` takes them."""
    if not find_spec(f"{package}.urls"):
        return []
    urls = import_module(f"{package}.urls")
    spaces = {name: getattr(urls, "urlpatterns", [])}
    spaces[f"{name}_office"] = getattr(urls, "office_urlpatterns", [])
    for other, patterns in getattr(urls, "offices_of_lower_rooms", {}).items():
        spaces[f"{other}_office"] = [*spaces.get(f"{other}_office", []), *patterns]
    return [one for space, patterns in spaces.items() for one in _named(patterns, space)]


def _examine_requirements() -> None:
    """Raises: ModuleRefused, where a module needs one that is not there, or at last itself."""
    for module in modules.values():
        needed = list(module.requires)
        for key in needed:
            if key not in modules or key == module.key:
                raise ModuleRefused(f"the module {module.key} cannot require {key}")
            needed += [more for more in modules[key].requires if more not in needed]


def _named(patterns: Iterable[URLPattern | URLResolver], space: str) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = f"{space}:{one.namespace}" if one.namespace else space
            yield from _named(one.url_patterns, inner)
        else:
            yield f"{space}:{one.name}"


def collect(room: Room) -> None:
    """Raises: AlreadyDeclared."""
    _put(rooms, {room.name: room})
    _put(actions, room.actions)
    _put(icons, room.icons)
    _put(modules, {module.key: module for module in _with_work(room)})
    for key, names in room.pages_of_modules.items():
        modules[key] = replace(modules[key], addresses=(*modules[key].addresses, *names))
    _put(places, room.places)
    _put(groups, {group.key: group for group in room.groups})
    _put(keep_rules, {rule.id: rule for rule in room.keep_rules})
    _put(stores, {store.id: store for store in room.stores})
    _put(collection_points, {point.id: point for point in room.collection_points})
    _put(processors, {party.id: party for party in room.processors})
    _put(cookies, {cookie.name: cookie for cookie in room.cookies})
    _put(browser_keys, {key.name: key for key in room.browser_keys})
    _put(mail_templates, {template.name: template for template in room.mail_templates})
    for reason, paths in room.not_collecting.items():
        not_collecting.update(dict.fromkeys(paths, reason))
    schedule.extend(_stopping(turn) for turn in room.schedule)
    beside_scheduler.extend(room.beside_scheduler)
    _keep_sorted(navigation, room.navigation)
    _keep_sorted(tiles, room.tiles)
    _keep_sorted(steps, room.first_steps)


def _with_work(room: Room) -> tuple[Module, ...]:
    """With the one Module of another maker's room rests all of its package."""
    package = packages.get(room.name)
    if package not in settings.THIRD_PARTY or len(room.modules) != 1:
        return room.modules
    return (replace(room.modules[0], work=(package,)),)


def _stopping(turn: Periodic) -> Periodic:
    """Asked again for each turn: the operator's switch is turned while the clock runs."""
    if not turn.module:
        return turn
    return replace(turn, is_stopped=lambda: not is_on(turn.module, None))


def _put[T](known: dict[str, T], declared: Mapping[str, T]) -> None:
    if twice := known.keys() & declared.keys():
        raise AlreadyDeclared(", ".join(sorted(twice)))
    known.update(declared)


def _keep_sorted[T: (NavigationEntry, Tile, FirstStep)](
    known: list[T], declared: Iterable[T]
) -> None:
    known.extend(declared)
    known.sort(key=lambda one: one.order)
