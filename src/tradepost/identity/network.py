"""Where a request comes from, as much of it as may be kept."""

from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest

from tradepost.lib.addresses import truncate_ip
from tradepost.lib.lazy_modules import LazyModule
from tradepost.lib.visitors import address_of

if TYPE_CHECKING:
    import ua_parser
else:
    ua_parser = LazyModule("ua_parser")


def network_of(request: HttpRequest) -> str:
    """The truncated address of the visitor, behind as many proxies as the settings say there are."""
    return truncate_ip(address_of(request.META, settings.TRADEPOST.trusted_proxies))


def browser_of(request: HttpRequest) -> str:
    """Family of browser and system, such as ``Firefox · Linux``; no version, no model."""
    return _family(request.headers.get("User-Agent", "")[:400])


@lru_cache(maxsize=2000)
def _family(text: str) -> str:
    if not text:
        return ""
    found = ua_parser.parse(text)
    names = [part.family for part in (found.user_agent, found.os) if part]
    return " · ".join(names)[:60]
