"""Reads for the console and for the start."""

import ipaddress
from contextlib import suppress
from urllib.parse import urlsplit

from tradepost.console.models import Installation
from tradepost.identity.models import User
from tradepost.merchants.models import Merchant


def is_untouched() -> bool:
    """A database that nobody has used yet, for a demo or for anything else."""
    return not (Installation.objects.exists() or User.objects.exists() or Merchant.objects.exists())


def is_public(base_url: str) -> bool:
    """TLS, or a name or address that others than this machine and its network can reach."""
    address = urlsplit(base_url)
    name = (address.hostname or "").rstrip(".").lower()
    if address.scheme == "https":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(name).is_global
    return "." in name and name.rpartition(".")[2] not in {"localhost", "test", "local", "internal"}
