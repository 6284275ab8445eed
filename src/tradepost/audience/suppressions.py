"""Reading the list of addresses that are never written to.

Only keyed hashes are kept, so that the list outlives erasure. An address is shown where the merchant
holds it anyway, as a contact; of everybody else only cause and date can be told.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet

from tradepost.audience.models import Contact
from tradepost.audience.types import LIFTED_BY_MERCHANTS
from tradepost.delivery.models import Suppression
from tradepost.delivery.queries import suppression_key
from tradepost.delivery.types import SuppressionReason
from tradepost.lib.addresses import InvalidEmail, normalise_email
from tradepost.lib.cells import safe_cell
from tradepost.merchants.models import Merchant

# So many contacts' hashes are made for a page: a tenth of a second. Beyond, search by the address.
MOST_NAMED = 20_000
LARGEST_FILE = 10_000_000
MOST_LINES = 200_000
MOST_PROBLEMS = 20
_LONGEST_LINE = 2_000
_ADDRESS = re.compile(r"[^\s\"'<>,;:|@]{1,64}@[^\s\"'<>,;:|@]{1,255}")


@dataclass(frozen=True)
class SuppressionRow:
    """One suppression as a page shows it; ``email`` only where a contact has it."""

    key: str
    cause: SuppressionReason
    since: datetime
    email: str = ""
    contact_id: str = ""
    is_everywhere: bool = False

    @property
    def may_be_lifted(self) -> bool:
        return self.cause in LIFTED_BY_MERCHANTS and not self.is_everywhere


def suppressions(*, merchant: Merchant, cause: str = "") -> QuerySet[Suppression]:
    """The merchant's own, newest first."""
    rows = Suppression.objects.filter(merchant_id=merchant.pk).order_by("-since", "-pk")
    return rows.filter(reason=cause) if cause in SuppressionReason.values else rows


def shown(merchant: Merchant, rows: Iterable[Suppression]) -> list[SuppressionRow]:
    rows = list(rows)
    contacts = _contacts_by_key(merchant, {row.key for row in rows})
    return [_shown(row, contacts.get(row.key)) for row in rows]


def suppression_of(*, merchant: Merchant, address: str) -> SuppressionRow | None:
    """What stands against writing to a normalised address: the merchant's own row first."""
    key = suppression_key(address)
    rows = Suppression.objects.filter(Q(merchant_id=merchant.pk) | Q(merchant=None), key=key)
    row = min(rows, key=lambda one: one.merchant_id is None, default=None)
    if row is None:
        return None
    return _shown(row, Contact.objects.filter(merchant=merchant, email=address).first(), address)


def _shown(row: Suppression, contact: Contact | None, address: str = "") -> SuppressionRow:
    return SuppressionRow(
        key=row.key,
        cause=SuppressionReason(row.reason),
        since=row.since,
        email=contact.email if contact else address,
        contact_id=contact.public_id if contact else "",
        is_everywhere=row.merchant_id is None,
    )


def _contacts_by_key(merchant: Merchant, keys: set[str]) -> Mapping[str, Contact]:
    rows = Contact.objects.filter(merchant=merchant).order_by()
    if not keys or rows[: MOST_NAMED + 1].count() > MOST_NAMED:
        return {}
    addresses = rows.values_list("pk", "email").iterator(chunk_size=2000)
    found = {number: key for number, email in addresses if (key := suppression_key(email)) in keys}
    return {found[contact.pk]: contact for contact in rows.filter(pk__in=found)}


def suppressed_contacts(merchant: Merchant) -> dict[str, tuple[int, str]]:
    """By keyed hash: row number and address of each contact that is on the merchant's list."""
    keys = set(suppressions(merchant=merchant).order_by().values_list("key", flat=True))
    contacts = Contact.objects.filter(merchant=merchant).order_by().values_list("pk", "email")
    return {
        key: (number, email)
        for number, email in contacts.iterator(chunk_size=2000)
        if (key := suppression_key(email)) in keys
    }


def export_lines(merchant: Merchant, contacts: Mapping[str, tuple[int, str]]) -> Iterator[str]:
    """CSV: address (where a contact has it), keyed hash, cause, since. The hash tells rows apart, and
    says nothing outside this installation. ``contacts``: of `suppressed_contacts`."""
    yield _line(["address", "hash", "cause", "since"])
    for row in suppressions(merchant=merchant).iterator(chunk_size=2000):
        _number, email = contacts.get(row.key, (0, ""))
        address = safe_cell(email)
        yield _line([address, row.key, row.reason, row.since.isoformat(timespec="seconds")])


def _line(cells: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


@dataclass
class Read:
    """What a pasted text or a file holds; ``problems`` are the first lines without an address."""

    addresses: list[str] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    without: int = 0
    is_cut: bool = False


def read_addresses(content: bytes) -> Read:
    """The first address of each line, whatever else stands there; a head line is no problem."""
    read = Read()
    lines = _decoded(content[:LARGEST_FILE]).splitlines()
    read.is_cut = len(content) > LARGEST_FILE or len(lines) > MOST_LINES
    for number, line in enumerate(lines[:MOST_LINES], 1):
        if not line.strip(" \t,;\"'"):
            continue
        address = _address_in(line[:_LONGEST_LINE])
        if address:
            read.addresses.append(address)
        elif (
            number > 1 or "@" in line or not re.search(r"mail|address|adresse", line, re.IGNORECASE)
        ):
            read.without += 1
            if len(read.problems) < MOST_PROBLEMS:
                read.problems.append((number, line[:80]))
    return read


def _address_in(line: str) -> str:
    for found in _ADDRESS.finditer(line.lstrip("'\"")):
        try:
            return normalise_email(found[0])
        except InvalidEmail:
            continue
    return ""


def _decoded(content: bytes) -> str:
    """Addresses are ASCII in nearly every charset; UTF-16 is told by its mark."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
