"""What a room declares of itself: one ``room = Room(…)`` in its ``room.py``, collected once.

Everything that other parts of the house must know of a room stands in that one declaration; settings,
the map of addresses, the clockwork, the API and ``docs/wiring.md`` are read from it. What a room adds to lower ones that do not
know it (a way of paying, a condition of segments) stands in ``extensions``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise

from tradepost.datamap.collection import CollectionPoint
from tradepost.datamap.events import EventType, Subscription
from tradepost.datamap.extensions import Extension
from tradepost.datamap.modules import Module
from tradepost.datamap.processors import Processor
from tradepost.datamap.vocabulary import KeepRule, Purpose, Store

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Permission:
    """What a page of the back office asks for. Owners hold all, readers what is ``seeing``.

    ``held_by``: names of roles of lower rooms that hold it, too.
    """

    name: str
    seeing: bool = False
    held_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TeamRole:
    """What a member of the team is; ``holds`` says of each permission whether it belongs to the role."""

    name: str
    label: Text
    order: int
    holds: Callable[[Permission], bool]


@dataclass(frozen=True, kw_only=True)
class NavigationGroup:
    """A heading of the back office's navigation, under which any room may put entries."""

    key: str
    label: Text
    order: int


@dataclass(frozen=True, kw_only=True)
class NavigationEntry:
    """A place in the back office."""

    group: str  # "" for one that stands alone, or the key of a group of this room or a lower one
    label: Text
    url_name: str  # reversed with the shop's handle
    permission: Permission
    order: int = 50
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class Cookie:
    """A cookie that may be set (promise cookie.registry); ``life`` in plain words."""

    name: str
    purpose: Text
    life: Text
    essential: bool = True
    http_only: bool = True


@dataclass(frozen=True, kw_only=True)
class BrowserKey:
    """What a page leaves in the browser's own storage; no request carries it (§ 25 TDDDG, Art. 5(3) ePrivacy)."""

    name: str
    purpose: Text
    life: Text


SERVICE_PURPOSES = frozenset(
    {
        Purpose.SERVICE,
        Purpose.ORDERS,
        Purpose.BILLING,
        Purpose.SUPPORT,
        Purpose.SECURITY,
        Purpose.ANNOUNCEMENTS,
        Purpose.LEGAL,
    }
)


class NoServicePurpose(ValueError):
    """News and promotions can always be refused; their templates cannot be flagged as service mail."""


@dataclass(frozen=True, kw_only=True)
class MailTemplate:
    """Three files of the room's templates: ``orders/receipt`` is ``orders/mail/receipt.subject.txt``,
    ``.txt`` and, unless the mail is text alone, ``.mjml``.

    Only one flagged ``service`` may be sent to somebody who unsubscribed (promise purpose.service-mail).
    """

    name: str
    purpose: Purpose
    service: bool = False

    def __post_init__(self) -> None:
        """Raises: NoServicePurpose, if flagged as service mail with a purpose that people may refuse."""
        if self.service and self.purpose not in SERVICE_PURPOSES:
            raise NoServicePurpose(self.name)

    def file(self, ending: str) -> str:
        room, _, rest = self.name.partition("/")
        return f"{room}/mail/{rest}.{ending}"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What a tile shows now. ``value`` is text, ready to read; ``tone`` good, warn, bad or nothing."""

    value: Text
    note: Text = ""
    url: str = ""
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class Tile:
    """``read(merchant)`` runs in the merchant's scope, on every visit: keep it to one quick query.

    None hides the tile.
    """

    label: Text
    permission: Permission
    read: Callable[[Any], Figure | None]
    order: int = 50
    module: str = ""  # the key of the module that it belongs to, if it can be switched off


@dataclass(frozen=True, kw_only=True)
class FirstStep:
    """``url_name`` is reversed with the shop's handle; ``done(merchant)`` is one quick query.

    ``missing`` says what goes wrong while it is not done; the start page warns with it.
    """

    title: Text
    why: Text
    url_name: str
    done: Callable[[Any], bool]
    order: int
    missing: Text = ""


def _never() -> bool:
    return False


@dataclass(frozen=True, kw_only=True)
class Periodic:
    """``call`` is the dotted path of a function without arguments that may be run twice.

    ``module``: key of the module that it belongs to; no turn is taken while that is off for everybody
    (``is_stopped``, which the collecting of the rooms fills in).
    ``heavy``: walks through whole tables or takes a core for a while. Such turns are taken one after the
    other, with a pause between them, and none in the first minutes after a start.
    ``on_each_machine``: for what works on files of the machine itself. Otherwise one of them takes the turn.
    """

    name: str
    every: timedelta
    call: str
    module: str = ""
    is_stopped: Callable[[], bool] = _never
    heavy: bool = False
    on_each_machine: bool = False


@dataclass(frozen=True, kw_only=True)
class Room:
    """``name`` is the folder's. What a room does not have, it leaves out.

    ``not_collecting``: the reason, and the forms and schemas that look like collection points and are
    none. ``extensions``: what it adds to points of its own and of lower rooms (``datamap.extensions``).
    ``url_order``: the resolver tries one room after the other, those asked for most first.
    ``pages_of_modules``: key of a lower room's module and pages of this room that go with it.
    ``actions``: name of a recorded action and what it is called in words. ``icons``: name and strokes
    on a grid of 24. ``places``: what a page is for and its name among the addresses, for lower rooms
    that lead there (``modules.places``). ``ways_out``: files of the room that open connections by
    themselves, and with what. ``beside_scheduler``: functions that begin something in the scheduler's
    process and return at once.
    """

    name: str
    url_prefix: str = ""
    url_order: int = 50
    pages_of_modules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    permissions: tuple[Permission, ...] = ()
    roles: tuple[TeamRole, ...] = ()
    actions: Mapping[str, Text] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    modules: tuple[Module, ...] = ()
    groups: tuple[NavigationGroup, ...] = ()
    navigation: tuple[NavigationEntry, ...] = ()
    icons: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    tiles: tuple[Tile, ...] = ()
    first_steps: tuple[FirstStep, ...] = ()
    mail_templates: tuple[MailTemplate, ...] = ()
    events: tuple[EventType, ...] = ()
    subscriptions: tuple[Subscription[Any], ...] = ()
    schedule: tuple[Periodic, ...] = ()
    beside_scheduler: tuple[str, ...] = ()
    keep_rules: tuple[KeepRule, ...] = ()
    stores: tuple[Store, ...] = ()
    collection_points: tuple[CollectionPoint, ...] = ()
    not_collecting: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    processors: tuple[Processor, ...] = ()
    ways_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cookies: tuple[Cookie, ...] = ()
    browser_keys: tuple[BrowserKey, ...] = ()
    extensions: tuple[Extension, ...] = ()
