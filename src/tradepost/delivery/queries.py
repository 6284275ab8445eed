"""What the rooms above may ask the post."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q, QuerySet

from tradepost.delivery.models import (
    BounceScore,
    Destination,
    Handover,
    IncomingMail,
    Mailing,
    Suppression,
)
from tradepost.delivery.types import HandoverState, SuppressionReason
from tradepost.lib.addresses import address_key, ascii_domain
from tradepost.lib.keys import derived_key

_LONGEST_SHOWN = 100_000
_IGNORED_BY_SERVICE = (
    SuppressionReason.UNSUBSCRIBE,
    SuppressionReason.COMPLAINT,
    SuppressionReason.ERASURE,
)


def mail_domain() -> str:
    """The domain of return paths, Message-IDs and unsubscribe addresses."""
    chosen: str = settings.TRADEPOST.mail_domain
    return ascii_domain(
        chosen or settings.TRADEPOST.base_url.split("://", 1)[1].split("/")[0].split(":")[0]
    )


def suppression_key(address: str) -> str:
    return address_key(address, _suppression_secret())


def _suppression_secret() -> bytes:
    return derived_key(settings.SECRET_KEY, "suppression")


def is_suppressed(
    *, address: str, merchant_id: int | None = None, service: bool = False
) -> SuppressionReason | None:
    """The reason why a normalised address must not be written to, or None."""
    return suppressed_among(addresses=[address], merchant_id=merchant_id, service=service).get(
        address
    )


def suppressed_among(
    *, addresses: Iterable[str], merchant_id: int | None, service: bool = False
) -> dict[str, SuppressionReason]:
    """Address → reason, for those that must not be written to. One query.

    ``service``: mail of a flagged template reaches people who unsubscribed, not those whose mailbox
    refuses mail.
    """
    secret = _suppression_secret()
    key_of = {address_key(address, secret): address for address in addresses}
    # The sum keeps SQLite from reading all that the merchant has suppressed.
    rows = Suppression.objects.alias(of=F("merchant_id") + 0).filter(
        Q(of=merchant_id) | Q(of=None), key__among=key_of.keys()
    )
    if service:
        rows = rows.exclude(reason__in=_IGNORED_BY_SERVICE)
    return {
        key_of[key]: SuppressionReason(reason) for key, reason in rows.values_list("key", "reason")
    }


def recipients(
    *, mailing: Mailing, state: HandoverState | None = None, address: str = ""
) -> QuerySet[Handover]:
    """The delivery log of a mailing: who, what became of it, what the server answered."""
    rows = Handover.objects.filter(mailing=mailing).order_by("contact_id", "pk")
    if state:
        rows = rows.filter(state=state)
    if address:
        rows = rows.filter(address__startswith=address.strip().lower())
    return rows


def written_to(*, address: str) -> QuerySet[Handover]:
    """Every mailing of the merchant in scope that had this normalised address on its list."""
    return Handover.objects.filter(address=address).select_related("mailing").order_by("-pk")


def counts_by_state(mailing: Mailing) -> dict[HandoverState, int]:
    """Counted afresh from the rows; the mailing's own columns are the quick answer."""
    rows = Handover.objects.filter(mailing=mailing).values_list("state").annotate(Count("pk"))
    return {HandoverState(state): count for state, count in rows}


@dataclass(frozen=True)
class Bounces:
    """Hard bounces in a row of one address, and when the last was."""

    in_row: int
    at: datetime


def bounces_of(*, merchant_id: int, address: str) -> Bounces | None:
    """What came back of a normalised address for good, before that suppressed it."""
    rows = BounceScore.objects.filter(merchant_id=merchant_id, key=suppression_key(address))
    row = rows.filter(hard_in_row__gt=0, hard_at__isnull=False).first()
    return Bounces(row.hard_in_row, row.hard_at) if row and row.hard_at else None


def incoming_of(*, merchant: models.Model | None) -> QuerySet[IncomingMail]:
    """Mail that came in and nobody dealt with, newest first, without its bytes: a merchant's, or the
    operator's. The caller opens the scope."""
    every = IncomingMail.objects.all()
    rows = every.filter(merchant_id=merchant.pk) if merchant else every.filter(merchant=None)
    return rows.defer("content", "text").order_by("-received_at", "-pk")


def source_shown(mail: IncomingMail) -> str:
    """The message as it came, as far as a page can show it."""
    return (
        bytes(mail.content)[:_LONGEST_SHOWN]
        .decode("utf-8", "replace")
        .replace("\0", "\N{SYMBOL FOR NULL}")
    )


def limit_of(name: str) -> int | None:
    """Messages a minute to a destination or of a merchant (see ``outgoing.limits``); None: no limit."""
    return Destination.objects.filter(name=name).values_list("per_minute", flat=True).first()
