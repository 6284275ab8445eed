"""What a module of another maker must declare before it is let in.

Its models pass the data map's check like ours, its hosts and cookies are refused unless it declares them.
"""

from importlib.util import find_spec

from tradepost.datamap.modules import Module
from tradepost.datamap.rooms import Room


class ModuleRefused(ValueError):
    """The text says what the module has to declare."""


def examine(room: Room, package: str, addresses: list[str]) -> None:
    """``addresses``: the names of all its pages.

    Raises: ModuleRefused.
    """
    if not room.modules:
        raise ModuleRefused(f"{package} declares no Module, so nobody could switch it off")
    for module in room.modules:
        if module.key != room.name and not module.key.startswith(f"{room.name}."):
            raise ModuleRefused(f"the module {module.key} of {package} must begin with {room.name}")
    _examine_modules(room, package)
    _examine_pages(room, package, addresses)
    _examine_listeners(room, package)
    if room.ways_out:
        raise ModuleRefused(f"{package} may reach others through rights.egress alone")
    _examine_schedule(room, package)
    if room.beside_scheduler:  # nothing would stop it once its module is off
        raise ModuleRefused(f"{package} may take turns, and run nothing beside the scheduler")


def _examine_modules(room: Room, package: str) -> None:
    """With it goes what is its own, and nothing of ours. Raises: ModuleRefused."""
    spaces = (f"{room.name}:", f"{room.name}_office:")
    points = {point.id for point in room.collection_points}
    for module in room.modules:
        foreign = [
            *(name for name in (*module.addresses, *module.stays) if not name.startswith(spaces)),
            *(
                code
                for code in (*module.code, *module.work)
                if f"{code}.".partition(".")[0] != package
            ),
            *module.promises,
            *(name for name in module.collects if name not in points),
        ]
        if foreign:
            raise ModuleRefused(
                f"{foreign[0]} is not of {package}: {module.key} cannot take it away"
            )


def _examine_pages(room: Room, package: str, addresses: list[str]) -> None:
    """Each page and operation goes with a module of its own. Raises: ModuleRefused."""
    shown = [*addresses, *(entry.url_name for entry in room.navigation)]
    if loose := sorted({name for name in shown if not _in_one(room.modules, name)}):
        raise ModuleRefused(f"no Module of {package} has the pages {', '.join(loose)}")
    code = f"{package}.api"
    if find_spec(code) and not any(module.has_code(code) for module in room.modules):
        raise ModuleRefused(f"no Module of {package} has the code {code}")
    if room.pages_of_modules:
        raise ModuleRefused(f"{package} may add pages to Modules of its own only")


def _examine_listeners(room: Room, package: str) -> None:
    """What is off hears nothing. Raises: ModuleRefused."""
    own = {module.key for module in room.modules}
    for listener in room.subscriptions:
        if not listener.name.startswith(f"{room.name}."):
            raise ModuleRefused(
                f"the listener {listener.name} of {package} must begin with {room.name}"
            )
        if listener.in_transaction:
            raise ModuleRefused(
                f"the listener {listener.name} is told later: it undoes nothing of ours"
            )
        if listener.module not in own:
            raise ModuleRefused(f"the listener {listener.name} names no Module of {package}")


def _examine_schedule(room: Room, package: str) -> None:
    """What is off takes no turn. Raises: ModuleRefused."""
    own = {module.key for module in room.modules}
    for turn in room.schedule:
        if not turn.call.startswith(f"{package}."):
            raise ModuleRefused(f"{package} may schedule its own functions only, not {turn.call}")
        if turn.module not in own:
            raise ModuleRefused(f"the turn {turn.name} of {package} names no Module of it")


def _in_one(modules: tuple[Module, ...], name: str) -> bool:
    return any(module.has_address(name) or name in module.stays for module in modules)
