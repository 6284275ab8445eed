"""The addresses at which mail is taken: signed ones, the roles that every domain must have, shops' own."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.db import models

from tradepost.datamap.extensions import NamedExtensionPoint
from tradepost.delivery.models import Mailing
from tradepost.delivery.outgoing.tokens import BadToken, Table, read_token
from tradepost.delivery.queries import mail_domain


class NotOurs(LookupError):
    """No mail is taken for this address."""


class AddressUse(StrEnum):
    """What an address is for."""

    BOUNCE = "bounce"
    UNSUBSCRIBE = "unsubscribe"
    ROLE = "role"
    SHOP = "shop"


# RFC 5321 §4.5.1 and RFC 2142, where feedback loops are usually registered, and our own sender "post".
ROLES = frozenset({"postmaster", "hostmaster", "security", "noc", "mailer-daemon", "post"})
# Whoever sends one of our letters here complains of it, in whatever form.
LOOPS = frozenset({"abuse", "fbl", "feedback", "complaints", "complaint", "arf", "jmrp", "spam"})
# Where machines write their daily figures: kept to be looked at, but nobody wants them as mail.
REPORTS = frozenset({"dmarc", "tlsrpt"})


# Addresses that rooms above hand out: what stands before the dash, and row number of the shop behind the rest.
given_out: NamedExtensionPoint[Callable[[str], int | None]] = NamedExtensionPoint(
    "addresses at which mail is taken"
)


@dataclass(frozen=True)
class IncomingAddress:
    """One address of ours; ``table`` and ``number`` name the letter that a signed one belongs to."""

    use: AddressUse
    table: Table = "mail"
    number: int = 0
    merchant_id: int | None = None
    is_quiet: bool = False
    is_loop: bool = False


def place_of(recipient: str) -> IncomingAddress:
    """Raises: NotOurs. Asks the database only for an address that may be a shop's."""
    local, _, domain = recipient.strip().lower().rpartition("@")
    if not local and domain == "postmaster":  # RFC 5321: without a domain, too
        return IncomingAddress(AddressUse.ROLE)
    if domain != mail_domain().lower():
        raise NotOurs(recipient)
    return _signed(local) or _role(local) or _given_out(local) or _shop(local, recipient)


def is_taken_here(address: str) -> bool:
    """Whether mail to the address comes back to us."""
    try:
        place_of(address)
    except NotOurs:
        return False
    return True


def _signed(local: str) -> IncomingAddress | None:
    mark, dash, token = local.partition("-")
    if not dash or mark not in {"b", "u"}:
        return None
    use = AddressUse.BOUNCE if mark == "b" else AddressUse.UNSUBSCRIBE
    try:
        return IncomingAddress(use, *read_token("bounce" if mark == "b" else "unsubscribe", token))
    except BadToken:
        return None


def _role(local: str) -> IncomingAddress | None:
    name = local.partition("+")[0]
    if name in ROLES | LOOPS | REPORTS:
        return IncomingAddress(AddressUse.ROLE, is_quiet=name in REPORTS, is_loop=name in LOOPS)
    return None


def _given_out(local: str) -> IncomingAddress | None:
    mark, dash, rest = local.partition("-")
    whose = given_out.get(mark) if dash else None
    merchant_id = whose(rest) if whose else None
    return IncomingAddress(AddressUse.SHOP, merchant_id=merchant_id) if merchant_id else None


def _shop(local: str, recipient: str) -> IncomingAddress:
    """Letters leave with a shop's handle as their sender; whoever answers there is heard.

    Raises: NotOurs.
    """
    shops: type[models.Model] = Mailing._meta.get_field("merchant").remote_field.model
    handle = local.partition("+")[0]
    number = shops._base_manager.filter(handle=handle).values_list("pk", flat=True).first()
    if number is None:
        raise NotOurs(recipient)
    return IncomingAddress(AddressUse.SHOP, merchant_id=number)
