"""What the layouts show around every page: shop, person, navigation."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from tradepost.datamap.rooms import Text
from tradepost.modules.office_notices import office_notices
from tradepost.modules.places import place
from tradepost.modules.registry import groups
from tradepost.modules.registry import navigation as entries
from tradepost.modules.shop_address import shop_address
from tradepost.modules.switches import address_is_on


@dataclass(frozen=True)
class Link:
    label: Text
    url: str
    icon: str
    group: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class LinkGroup:
    """Entries that fold under a heading; the group of the page one is on stands open."""

    label: Text
    entries: list[Link] = field(default_factory=list)

    @property
    def current(self) -> bool:
        return any(entry.current for entry in self.entries)


@dataclass(frozen=True, kw_only=True)
class OwnNavigation:
    """What pages outside the back office bring along, as ``request.own_navigation``.

    ``home``: where the name at the top leads. ``groups``: the entries, given the path of the page one is on.
    """

    home: str
    groups: Callable[[str], list[LinkGroup]]


def navigation(request: HttpRequest) -> Mapping[str, object]:
    """The signed-in person everywhere; inside ``/office/<handle>/`` also what this member may open.

    Elsewhere the navigation that the page's view set on the request, if any.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    person = {
        "person_name": str(user),
        "your_details_url": reverse("account:details"),
        "sign_out_url": reverse("account_logout"),
        "office_url": place("shops"),
    }
    own: OwnNavigation | None = getattr(request, "own_navigation", None)
    if own is not None:
        return person | {"office_url": own.home, "navigation": own.groups(request.path)}
    membership = getattr(request, "membership", None)
    if membership is None:
        return person
    merchant = membership.merchant
    return person | {
        "merchant": merchant,
        "membership": membership,
        "merchant_name": merchant.name,
        "office_url": place("office", merchant.handle),
        "navigation": _grouped(list(_links(request.path, membership))),
        "see_shop_url": shop_address(merchant),
        # Asked for when a layout shows it: a fragment or a file shows none.
        "office_notices": partial(office_notices, membership),
    }


def _links(path: str, membership: Any) -> Iterator[Link]:
    """What the member may open."""
    handle = membership.merchant.handle
    allowed = [
        entry
        for entry in entries
        if membership.may(entry.permission) and address_is_on(entry.url_name, membership.merchant)
    ]
    urls = {entry.url_name: reverse(entry.url_name, args=[handle]) for entry in allowed}
    here = current_address(urls.values(), path, home=place("office", handle))
    for entry in allowed:
        url = urls[entry.url_name]
        yield Link(entry.label, url, entry.icon, entry.group, url == here)


def current_address(urls: Iterable[str], path: str, *, home: str) -> str:
    """The longest address that begins the path; the start page only when one is on it."""
    begin = (url for url in urls if path.startswith(url) and url != home)
    return max(begin, key=len, default=home if path == home else "")


def _grouped(links: list[Link]) -> list[LinkGroup]:
    """Those that stand alone come first."""
    links.sort(key=lambda link: groups[link.group].order if link.group else -1)
    return [
        LinkGroup(groups[key].label if key else "", list(found))
        for key, found in groupby(links, key=lambda link: link.group)
    ]
