"""E-mail and network addresses: one spelling each, and forms that name nobody."""

import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from email_validator import EmailNotValidError, validate_email


class InvalidEmail(ValueError):
    """Not an address that mail can be sent to; the text says what is wrong with it."""


def normalise_email(text: str) -> str:
    """One spelling for one mailbox: trimmed, lower case, domain in its Unicode form.

    Lower-casing the local part departs from RFC 5321 §2.4 on purpose: no large provider tells case
    apart, and two spellings of one person would let an unsubscribed one be written to again.

    Raises:
        InvalidEmail
    """
    try:
        checked = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise InvalidEmail(str(error)) from None
    return checked.normalized.lower()


# A subset of what normalise_email accepts unchanged (a test compares the two): plain ASCII, no
# "--" (IDNA), no special-use name, short enough for every limit. Everything else takes the slow way.
_PLAIN = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+"
    r"(?!arpa|onion|local|localhost|invalid|alt|internal)[a-z]{2,}"
)
_SHORT = 60


def quickly_normalised(text: str) -> str:
    """:func:`normalise_email`, quick for the ordinary ones: for who has thousands.

    Raises:
        InvalidEmail
    """
    lower = text.strip().lower()
    if len(lower) <= _SHORT and _PLAIN.fullmatch(lower):
        return lower
    return normalise_email(text)


def wire_address(address: str) -> str:
    """A normalised address as it travels: the domain as A-labels (RFC 5890), which every mail server
    takes. The local part stays as it is; one that is not ASCII needs SMTPUTF8 (RFC 6531)."""
    if address.isascii():
        return address
    local, mark, domain = address.rpartition("@")
    return f"{local}{mark}{ascii_domain(domain)}"


@lru_cache(maxsize=1024)
def ascii_domain(domain: str) -> str:
    """A domain as A-labels; unchanged when it is ASCII, or no domain that could be registered."""
    if domain.isascii():
        return domain
    try:
        return str(
            validate_email(
                f"x@{domain}", check_deliverability=False, test_environment=True
            ).ascii_domain
        )
    except EmailNotValidError:
        return domain


def address_key(address: str, secret: bytes) -> str:
    """Keyed hash of a normalised address (HMAC-SHA256, 32 hex digits): recognises, never reveals."""
    return address_hasher(secret)(address)


@lru_cache(maxsize=16)
def address_hasher(secret: bytes) -> Callable[[str], str]:
    """:func:`address_key` for one key, with its half of RFC 2104 done once: imports hash a million."""
    key = hashlib.sha256(secret).digest() if len(secret) > 64 else secret
    padded = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def hashed(address: str) -> str:
        first, second = inner.copy(), outer.copy()
        first.update(address.encode())
        second.update(first.digest())
        return second.hexdigest()[:32]

    return hashed


def truncate_ip(text: str) -> str:
    """The network without the machine: /24 of IPv4, /48 of IPv6; empty for anything else."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    width = 24 if address.version == 4 else 48
    return str(ip_network(f"{address}/{width}", strict=False).network_address)
