"""Whose request it is, as far as the wire says: the only place that reads the peer's address.

``meta`` is a WSGI environment, or Django's ``request.META``.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address

_PORT = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.]{2,45})\]|(?P<four>[0-9.]{7,15}))(?::\d{1,5})?")
_FORWARDED = frozenset({"HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP"})


def address_of(meta: Mapping[str, object], proxies: int) -> str:
    """The visitor's address behind ``proxies`` reverse proxies of our own; as text, unchecked.

    Each proxy appends whom it saw, so the entry of the outermost of ours counts from the end; what
    stands before it, the visitor may have made up.
    """
    address = str(meta.get("REMOTE_ADDR") or "")
    if proxies:
        chain = [item.strip() for item in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
        if len(chain) >= proxies and chain[-proxies]:
            address = chain[-proxies]
    found = _PORT.fullmatch(address)
    return (found["six"] or found["four"]) if found else address


def is_from_the_net(meta: Mapping[str, object]) -> bool:
    """Whether anybody is at the other end: not so for requests that the program makes to itself."""
    return "REMOTE_ADDR" in meta


def is_forwarded(meta: Mapping[str, object]) -> bool:
    return not _FORWARDED.isdisjoint(meta)


def is_sent_by_another_site(meta: Mapping[str, object], own_host: str) -> bool:
    """Whether a form came from a page of another site. Programs that say nothing of it are let through.

    Browsers tell it themselves on https (``Sec-Fetch-Site``), else name the page's origin.
    """
    said = str(meta.get("HTTP_SEC_FETCH_SITE", ""))
    if said:
        return said not in {"same-origin", "none"}
    origin = str(meta.get("HTTP_ORIGIN", ""))
    return bool(origin) and origin.partition("://")[2].lower() != own_host.lower()


def asks_not_to_be_tracked(meta: Mapping[str, object]) -> bool:
    """Do Not Track, or Global Privacy Control (an objection by 11 CCR § 7025 in California)."""
    return meta.get("HTTP_DNT") == "1" or meta.get("HTTP_SEC_GPC") == "1"


def is_this_machine(meta: Mapping[str, object]) -> bool:
    """Asked by this very machine, and by no proxy on it that would tell so."""
    try:
        return not is_forwarded(meta) and ip_address(address_of(meta, 0)).is_loopback
    except ValueError:
        return False
