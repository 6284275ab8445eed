"""Addresses of other sites that strangers send us: kept only when they are plain web addresses."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

_HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*"
)
_LONGEST = 1000
# What mail programs turn into a link by themselves, also without a scheme.
_DOMAIN = re.compile(
    r"([a-z0-9\u00a1-\uffff-]{2,63})[.\u3002\uff0e\uff61]([a-z\u00a1-\uffff]{2,24})(?![a-z])",
    re.IGNORECASE,
)
_SHORT_FORMS = frozenset(
    [
        "dr",
        "prof",
        "st",
        "ste",
        "mr",
        "mrs",
        "ms",
        "mx",
        "fa",
        "ing",
        "dipl",
        "mag",
        "jr",
        "sr",
        "ph",
        "hr",
        "fr",
        "mme",
        "mlle",
        "sra",
        "dott",
        "gebr",
        "inh",
    ]
)


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


def holds_link(text: str) -> bool:
    """Whether a name would be shown as a link: ``://``, ``www.``, ``@``, ``shop.example``.

    Such a name turns a mail that is sent in it into somebody else's advertisement. ``Dr.Meier`` and
    other short forms in front of a name are none.
    """
    text = text[:_LONGEST]
    if re.search(r"://|:\\\\|\bwww\d?\.|@", text, re.IGNORECASE):
        return True
    return any(found[1].lower() not in _SHORT_FORMS for found in _DOMAIN.finditer(text))


def origin_of(address: str) -> tuple[str, str, int]:
    """Scheme, host without ``www.``, and port, the usual one filled in; empty when it is no address."""
    try:
        parts = urlsplit(address)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError:
        return ("", "", 0)
    return (parts.scheme, host_of(address), port)


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
