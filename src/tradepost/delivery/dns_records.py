"""The DNS records that make others take our mail, and bring back what comes back."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings

from tradepost.delivery.outgoing.dkim import records as dkim_records
from tradepost.delivery.queries import mail_domain


class RecordUse(StrEnum):
    """What a record is for."""

    MX = "mx"
    SPF = "spf"
    DKIM = "dkim"
    DMARC = "dmarc"
    PTR = "ptr"


@dataclass(frozen=True)
class Record:
    """``value`` is what to paste; empty where only the owner of the network can set it (PTR)."""

    use: RecordUse
    name: str
    kind: str
    value: str


def wanted_records() -> list[Record]:
    domain = mail_domain()
    return [
        Record(RecordUse.MX, domain, "MX", f"10 {incoming_host()}."),
        Record(RecordUse.SPF, domain, "TXT", _spf()),
        *(Record(RecordUse.DKIM, name, "TXT", text) for name, text in dkim_records().items()),
        Record(
            RecordUse.DMARC,
            f"_dmarc.{domain}",
            "TXT",
            f"v=DMARC1; p=quarantine; rua=mailto:dmarc@{domain}",
        ),
        Record(RecordUse.PTR, sending_host(), "PTR", ""),
    ]


def incoming_host() -> str:
    """Who takes mail for the domain: the machine of this installation, unless its owner knows better."""
    return urlsplit(settings.TRADEPOST.base_url).hostname or mail_domain()


def sending_host() -> str:
    """Whose network address others see: the relay's, or this machine's when the relay runs on it."""
    relay = urlsplit(settings.TRADEPOST.smtp_url).hostname or ""
    return relay if relay and is_public_host(relay) else incoming_host()


def _spf() -> str:
    return f"v=spf1 mx a:{sending_host()} -all"


def is_public_host(host: str) -> bool:
    """Whether the world can know the host by this name or network address."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".internal", ".localhost"))
