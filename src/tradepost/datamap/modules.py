"""A module: a room, or a part of one, that can be switched off."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise

from tradepost.datamap.extensions import ExtensionPoint

Text = str | Promise
MayWork = Callable[[str, models.Model | None], bool]
# The room that keeps the switches answers, so that rooms below it can ask.
may_work_answers: ExtensionPoint[MayWork] = ExtensionPoint("whether a package works")


def may_work(package: str, merchant: models.Model | None) -> bool:
    """Whether what stands in ``package`` works for the merchant, or (None) for anybody at all."""
    return all(ask(package, merchant) for ask in may_work_answers)


@dataclass(frozen=True, kw_only=True)
class Module:
    """A merchant may switch it off, and the operator for everybody. Off is off.

    ``addresses``: names of its pages; ``room_office:`` stands for all of that namespace. They answer
    404, and what leads to them (navigation, first steps) is not shown. ``stays``: those of them that
    answer all the same, because the law or a promise wants it (leaving a list). ``code``: packages whose
    operations of the API answer 404. ``work``: packages whose jobs wait, whose tasks are not done and
    whose mailings are not sent. ``promises``, ``collects``: sentences and collection points that the
    notice leaves out. ``fills``: models and stores that nothing else fills; the picture of the map leaves
    them out while they are empty. ``requires``: keys of modules without which it is off, too.

    Its turns of the clockwork name it (``Periodic.module``). What runs at the moment it is switched off
    ends by hearing ``ModuleSwitched``.
    """

    key: str
    label: Text
    describes: Text
    default_on: bool = True
    requires: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    work: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    collects: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()

    def has_address(self, name: str) -> bool:
        """``name`` as ``reverse`` takes it."""
        if name in self.stays:
            return False
        space = name.rpartition(":")[0]
        return name in self.addresses or f"{space}:" in self.addresses

    def has_code(self, package: str) -> bool:
        return _is_in(package, self.code)

    def has_work(self, package: str) -> bool:
        return _is_in(package, self.work)


def _is_in(package: str, packages: tuple[str, ...]) -> bool:
    return any(package == own or package.startswith(f"{own}.") for own in packages)
