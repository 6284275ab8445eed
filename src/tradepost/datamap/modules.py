"""A module: a room, or a part of one, that can be switched off."""

from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Module:
    """A merchant may switch it off, and the operator for everybody. Off is off.

    ``addresses``: names of its pages; ``room_office:`` stands for all of that namespace. They answer
    404, and what leads to them (navigation, first steps) is not shown. ``stays``: those of them that
    answer all the same, because the law or a promise wants it (leaving a list). ``code``: packages whose
    operations of the API answer 404. ``promises``, ``collects``: sentences and collection points that the
    notice leaves out. ``requires``: keys of modules without which it is off, too.

    What it does by itself asks ``modules.switches.is_on``, or hears ``ModuleSwitched``.
    """

    key: str
    label: Text
    describes: Text
    default_on: bool = True
    requires: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    collects: tuple[str, ...] = ()

    def has_address(self, name: str) -> bool:
        """``name`` as ``reverse`` takes it."""
        if name in self.stays:
            return False
        space = name.rpartition(":")[0]
        return name in self.addresses or f"{space}:" in self.addresses

    def has_code(self, package: str) -> bool:
        return any(package == own or package.startswith(f"{own}.") for own in self.code)
