"""What a module of another maker must declare before it is let in.

Its models pass the data map's check like ours, its hosts and cookies are refused unless it declares them.
"""

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
    shown = [*addresses, *(entry.url_name for entry in room.navigation)]
    if loose := sorted({name for name in shown if not _in_one(room.modules, name)}):
        raise ModuleRefused(f"no Module of {package} has the pages {', '.join(loose)}")
    if room.ways_out:
        raise ModuleRefused(f"{package} may reach others through rights.egress alone")
    if strange := [turn.call for turn in room.schedule if not turn.call.startswith(f"{package}.")]:
        raise ModuleRefused(f"{package} may schedule its own functions only, not {strange[0]}")


def _in_one(modules: tuple[Module, ...], name: str) -> bool:
    return any(module.has_address(name) or name in module.stays for module in modules)
