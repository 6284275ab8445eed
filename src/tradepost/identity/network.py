"""Where a request comes from, as much of it as may be kept."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from ua_parser import parse

from tradepost.lib.addresses import truncate_ip


def network_of(request: HttpRequest) -> str:
    """The truncated address of the visitor, behind as many proxies as the settings say there are."""
    proxies = settings.TRADEPOST.trusted_proxies
    address = request.META.get("REMOTE_ADDR", "")
    if proxies:
        chain = [item.strip() for item in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(chain) >= proxies:
            address = chain[-proxies]
    return truncate_ip(address)


def browser_of(request: HttpRequest) -> str:
    """Family of browser and system, such as ``Firefox · Linux``; no version, no model."""
    return _family(request.headers.get("User-Agent", "")[:400])


@lru_cache(maxsize=2000)
def _family(text: str) -> str:
    if not text:
        return ""
    found = parse(text)
    names = [part.family for part in (found.user_agent, found.os) if part]
    return " · ".join(names)[:60]
