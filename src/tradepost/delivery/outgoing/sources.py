"""Where the text of a bulk mailing comes from: upper rooms register message sources here.

A source compiles its message once per mailing into constant and variable parts, and is then asked for
the data of one slice of recipients at a time (one query a slice). Consent is checked again there, at
the moment of sending: a recipient who may no longer be written to gets a :class:`NotWritten`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from tradepost.datamap.extensions import NamedExtensionPoint
from tradepost.delivery.models import Mailing
from tradepost.delivery.types import HandoverState, SuppressionReason


@dataclass(frozen=True, slots=True)
class Hole:
    """Where a person's value goes. ``raw``: the value is HTML already (ignored in text and subject)."""

    name: str
    raw: bool = False


Parts = Sequence[str | Hole]


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """A message with holes. Values are escaped for HTML by the engine, exactly once.

    ``list_id`` is a readable name of the list (RFC 2919); ``headers`` are constant extra headers.
    """

    subject: Parts
    text: Parts
    html: Parts
    from_name: str
    from_address: str
    reply_to: str = ""
    list_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


# A hole of this name the engine fills by itself: the address that unsubscribes whoever writes to it.
UNSUBSCRIBE_ADDRESS = "unsubscribe_address"


class Recipient(NamedTuple):
    """The values of one person's holes. ``unsubscribe_url`` is the https address of the one-click
    headers (RFC 8058); empty only for mail that is no newsletter."""

    values: Mapping[str, str]
    unsubscribe_url: str = ""


class Claimed(NamedTuple):
    """A recipient as a source sees one: ``pk`` of the handover, and the contact."""

    pk: int
    contact_id: int
    address: str
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class NotWritten:
    """Do not write to this person: ``NO_CONSENT``, ``SUPPRESSED`` or ``FAILED``, and why."""

    state: HandoverState
    reason: str


class MessageSource(Protocol):
    def compile(self, mailing: Mailing) -> Compiled:
        """Called once per mailing and sender process, under the merchant's scope."""

    def data_for(
        self, mailing: Mailing, rows: Sequence[Claimed]
    ) -> Mapping[int, Recipient | NotWritten]:
        """Handover pk → values; a row left out counts as refused for want of consent.

        Costs one query, whatever the number of rows. Runs under the merchant's scope.
        """

    def turned_off(
        self, mailing: Mailing, contact_id: int, address: str, why: SuppressionReason
    ) -> None:
        """The person unsubscribed by message, complained, or can no longer be reached: withdraw what
        the consent record holds. Runs under the merchant's scope; may be called twice."""


class UnknownSource(LookupError):
    """No room brings a source for this kind of mailing."""


sources: NamedExtensionPoint[MessageSource] = NamedExtensionPoint(
    "sources of mailings"
)  # kind of mailing → its source


def source_of(kind: str) -> MessageSource:
    """Raises: UnknownSource."""
    try:
        return sources[kind]
    except KeyError:
        raise UnknownSource(kind) from None
