"""Navigation of the back office, for the templates."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from tradepost.modules.registry import Text
from tradepost.modules.registry import navigation as entries


@dataclass(frozen=True)
class Link:
    label: Text
    url: str
    icon: str
    group: str
    current: bool


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Entries that this member may open; nothing outside ``/office/<handle>/``."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return {}
    merchant = membership.merchant
    links = []
    for entry in entries:
        if not membership.may(entry.permission):
            continue
        url = reverse(entry.url_name, args=[merchant.handle])
        links.append(Link(entry.label, url, entry.icon, entry.group, request.path.startswith(url)))
    best = max(
        (link for link in links if link.current), key=lambda link: len(link.url), default=None
    )
    return {
        "merchant": merchant,
        "membership": membership,
        "navigation": [
            Link(link.label, link.url, link.icon, link.group, link is best) for link in links
        ],
    }
