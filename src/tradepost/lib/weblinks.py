"""Addresses of other sites that strangers send us: kept only when they are plain web addresses."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

_HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*"
)
_LONGEST = 1000


def web_address(text: str) -> str:
    """The address with its scheme, or an empty text for anything but http and https.

    ``shop.example/page`` gets ``http://``. No user names in front of the host (they make
    ``https://bank.example@thief.example`` look like the bank), no ``javascript:``, no control
    characters, no address relative to us.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST or re.search(r"[\x00-\x20\x7f\\<>\"]", text):
        return ""
    if not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", text) or re.match(r"[^/:]+:\d", text):
        text = "http://" + text.removeprefix("//")
    try:
        parts = urlsplit(text)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme not in {"http", "https"} or parts.username is not None:
        return ""
    if not _HOST.fullmatch(host) or ("." not in host and host != "localhost"):
        return ""
    netloc = f"{host}:{port}" if port else host
    return urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, parts.fragment))


def host_of(address: str) -> str:
    """The host in lower case, without ``www.``; empty when there is none."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def is_this_machine(address: str) -> bool:
    """Whether the address leads back to whoever opens it: localhost and its numbers."""
    try:
        host = (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        number = ip_address(host)
    except ValueError:
        return False
    return number.is_loopback or number.is_unspecified
