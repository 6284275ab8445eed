"""Looking up in the DNS whether our own records stand there, and what to paste where they do not.

Only names of our own settings are asked for, of the system's resolver, and no answer is waited for
longer than a few seconds: nothing personal leaves, and nobody can choose the name.
"""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tradepost.delivery.dns_records import Record, RecordUse, wanted_records
from tradepost.lib.lazy_modules import LazyModule
from tradepost.lib.wire import ANYWHERE, way_out

if TYPE_CHECKING:
    import dns.exception
    import dns.resolver
    import dns.reversename
else:
    dns = LazyModule("dns", "exception", "resolver", "reversename")

SECONDS = 4.0
_LONGEST = 2_000


class NoAnswer(Exception):
    """The name server did not answer, or answered with an error: nothing is known."""


@dataclass(frozen=True)
class RecordLine:
    """One record, what stands there now, and what that means. ``tone`` is good, warn or bad."""

    record: Record
    found: tuple[str, ...]
    tone: str
    says: str


def resolver() -> "dns.resolver.Resolver":
    """A seam: tests put a name server of their own here."""
    return dns.resolver.Resolver()


def look_up(name: str, kind: str) -> list[str]:
    """The records of a name; none when there are none. Raises: NoAnswer."""
    asked = resolver()
    asked.timeout, asked.lifetime = SECONDS / 2, SECONDS
    try:
        with way_out(ANYWHERE):  # the system's name servers, which the settings do not know
            answer = asked.resolve(name, kind, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise NoAnswer(type(error).__name__) from None
    return [_text(row)[:_LONGEST] for row in list(answer)[:50]]


def _text(row: object) -> str:
    """A TXT record's pieces are one text (RFC 7208 §3.3); others as they are written."""
    pieces = getattr(row, "strings", None)
    if pieces is None:
        return str(row)
    return b"".join(pieces).decode("utf-8", "replace")


def check() -> list[RecordLine]:
    """Every record at once, so that a dead name server costs seconds and not a minute."""
    records = wanted_records()
    with ThreadPoolExecutor(len(records)) as pool:
        return list(pool.map(_checked, records))


def _checked(record: Record) -> RecordLine:
    try:
        return _CHECKS[record.use](record)
    except NoAnswer:
        return RecordLine(
            record, (), "warn", _("The name server did not answer. Try again in a minute.")
        )


def _mx(record: Record) -> RecordLine:
    found = look_up(record.name, "MX")
    if not found:
        says = _("Nothing stands there: returned mail and complaints do not come back. Paste it.")
        return RecordLine(record, (), "bad", says)
    if any(row.split()[-1] == "." for row in found):
        says = _("It says that this domain takes no mail at all. Replace it.")
        return RecordLine(record, tuple(found), "bad", says)
    for row in found:
        host = row.split()[-1].rstrip(".")
        if look_up(host, "A") or look_up(host, "AAAA"):
            says = _(
                "Mail for this domain goes to that server; it must hand it over to the listener."
            )
            return RecordLine(record, tuple(found), "good", says)
    return RecordLine(
        record, tuple(found), "bad", _("The server that it names has no network address.")
    )


def _spf(record: Record) -> RecordLine:
    found = [text for text in look_up(record.name, "TXT") if _begins(text, "v=spf1")]
    if not found:
        return RecordLine(record, (), "bad", _("Nothing stands there. Paste it."))
    if len(found) > 1:
        says = _("There are several, and then none counts (RFC 7208). Make them one.")
        return RecordLine(record, tuple(found), "bad", says)
    words = found[0].lower().split()
    if "+all" in words or "all" in words:
        says = _("It lets everybody send in your name. End it with -all.")
        return RecordLine(record, tuple(found), "bad", says)
    if not {"-all", "~all"} & set(words) and not any(
        word.startswith("redirect=") for word in words
    ):
        return RecordLine(record, tuple(found), "warn", _("It forbids nobody. End it with -all."))
    says = _(
        "It is there. See that it names your relay: as a:host, ip4:address, or the include: of your provider."
    )
    return RecordLine(record, tuple(found), "good", says)


def _dkim(record: Record) -> RecordLine:
    found = [text for text in look_up(record.name, "TXT") if "p=" in text]
    if not found:
        return RecordLine(
            record, (), "bad", _("Nothing stands there: no signature can be checked. Paste it.")
        )
    if len(found) > 1:
        says = _("There are several keys under one name. Leave this one alone there.")
        return RecordLine(record, tuple(found), "bad", says)
    if _key(found[0]) != _key(record.value):
        says = _(
            "Another key stands there: signatures fail. Replace it, whole: long texts are easily cut off."
        )
        return RecordLine(record, tuple(found), "bad", says)
    return RecordLine(record, tuple(found), "good", _("It is our key."))


def _dmarc(record: Record) -> RecordLine:
    """At the domain itself, or at one above it, whose word then counts (RFC 9989)."""
    name = record.name.removeprefix("_dmarc.")
    while "." in name:
        found = [text for text in look_up(f"_dmarc.{name}", "TXT") if _begins(text, "v=DMARC1")]
        if found:
            return _policy(record, tuple(found))
        name = name.partition(".")[2]
    return RecordLine(
        record,
        (),
        "bad",
        _("Nothing stands there; large providers refuse bulk mail without. Paste it."),
    )


def _policy(record: Record, found: tuple[str, ...]) -> RecordLine:
    if len(found) > 1:
        return RecordLine(
            record, found, "bad", _("There are several, and then none counts. Leave one.")
        )
    policy = re.search(r";\s*p\s*=\s*(\w+)", found[0], re.IGNORECASE)
    if policy is None:
        return RecordLine(record, found, "bad", _("It names no policy (p=). Paste ours."))
    if policy[1].lower() == "none":
        says = _(
            "It only watches (p=none). When the reports show that all is signed, change it to p=quarantine."
        )
        return RecordLine(record, found, "warn", says)
    return RecordLine(record, found, "good", _("It is there."))


def _ptr(record: Record) -> RecordLine:
    """Each address's name must lead back to the address (RFC 1912 §2.1)."""
    addresses = [*look_up(record.name, "A"), *look_up(record.name, "AAAA")]
    if not addresses:
        says = _("This host has no network address in the DNS, so nothing can be looked up.")
        return RecordLine(record, (), "warn", says)
    found, wrong = [], []
    for address in addresses[:4]:
        names = look_up(str(dns.reversename.from_address(address)), "PTR")
        found += [f"{address} → {name.rstrip('.')}" for name in names[:3]] or [f"{address} → –"]
        if not any(_leads_back(name, address) for name in names[:3]):
            wrong.append(address)
    if wrong:
        says = _(
            "The name of %(addresses)s does not lead back. Ask whoever rents you the machine to set its "
            "reverse DNS to %(host)s."
        ) % {"addresses": ", ".join(wrong), "host": record.name}
        return RecordLine(record, tuple(found), "bad", says)
    return RecordLine(record, tuple(found), "good", _("Name and address lead to each other."))


def _leads_back(name: str, address: str) -> bool:
    kind = "AAAA" if ip_address(address).version == 6 else "A"
    return any(ip_address(row) == ip_address(address) for row in look_up(name, kind))


def _begins(text: str, mark: str) -> bool:
    return re.match(rf"\s*{re.escape(mark)}(?=[\s;]|\Z)", text, re.IGNORECASE) is not None


def _key(text: str) -> str:
    found = re.search(r"(?:^|;)\s*p\s*=([^;]*)", text)
    return "".join(found[1].split()) if found else ""


Check = Callable[[Record], RecordLine]
_CHECKS: dict[RecordUse, Check] = {
    RecordUse.MX: _mx,
    RecordUse.SPF: _spf,
    RecordUse.DKIM: _dkim,
    RecordUse.DMARC: _dmarc,
    RecordUse.PTR: _ptr,
}


def unchecked() -> Sequence[RecordLine]:
    """What to paste, before anybody asked."""
    return [RecordLine(record, (), "", "") for record in wanted_records()]
