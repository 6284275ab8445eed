"""Which mail a request covers, and what of it is shown. Nothing here writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django_scopes import scope, scopes_disabled

from tradepost.breakglass.models import MailReview
from tradepost.breakglass.types import MailKind, NotCovered, ReviewScope
from tradepost.delivery.models import Handover, IncomingMail, Mail, Mailing
from tradepost.delivery.outgoing.sources import Hole, UnknownSource, source_of
from tradepost.delivery.outgoing.tokens import BadToken, read_token
from tradepost.lib.opaque import UnknownId
from tradepost.merchants.models import Merchant
from tradepost.rights.queries import without_own_links

type MailRow = Mail | IncomingMail | Mailing
type MailRows = QuerySet[Mail] | QuerySet[IncomingMail] | QuerySet[Mailing]
_MODELS: dict[MailKind, type[Mail] | type[IncomingMail] | type[Mailing]] = {
    MailKind.OUTGOING: Mail,
    MailKind.INCOMING: IncomingMail,
    MailKind.MAILING: Mailing,
}


@dataclass(frozen=True, kw_only=True)
class ShownMail:
    """A mail as the reader sees it: addresses shortened, our own links left out, for they open things."""

    kind: MailKind
    at: datetime
    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    files: Sequence[tuple[str, int]] = ()


def _every(review: MailReview, kind: MailKind) -> MailRows:
    """Of the shop, and of no other."""
    if kind is MailKind.OUTGOING:
        return Mail._base_manager.filter(merchant=review.merchant_id)
    if kind is MailKind.INCOMING:
        return IncomingMail._base_manager.filter(merchant=review.merchant_id)
    return Mailing._base_manager.filter(merchant=review.merchant_id)


def rows_of(review: MailReview, kind: MailKind) -> MailRows:
    """What the request covers, newest first."""
    with scopes_disabled():
        rows = _every(review, kind)
        if review.scope != ReviewScope.SHOP:
            rows = rows.filter(pk__in=_numbers(review, kind))
        return rows.order_by("-pk")


def _numbers(review: MailReview, kind: MailKind) -> list[int]:
    parts = (spelled.split(":") for spelled in review.covers)
    return [int(number) for name, number in parts if name == kind.value]


def covered_row(review: MailReview, kind: MailKind, public_id: str) -> MailRow:
    """Raises: NotCovered, also for another shop's."""
    model = _MODELS[kind]
    try:
        row = rows_of(review, kind).filter(pk=model.pk_of(public_id)).first()
    except UnknownId:
        row = None
    if row is None:
        raise NotCovered
    return row


def row_numbered(review: MailReview, kind: MailKind, number: int) -> MailRow | None:
    """None, once it is erased."""
    return _every(review, kind).filter(pk=number).first()


def shown(row: MailRow) -> ShownMail:
    """The content of one mail."""
    with scopes_disabled():
        if isinstance(row, Mail):
            return _outgoing(row)
        return _incoming(row) if isinstance(row, IncomingMail) else _mailing(row)


def _outgoing(row: Mail) -> ShownMail:
    files = [(item.name, len(bytes(item.content))) for item in row.attachments.all()]
    return ShownMail(
        kind=MailKind.OUTGOING,
        at=row.queued_at,
        sender="",
        recipient=shortened(row.address),
        subject=row.subject,
        text=_without_links(row.text),
        html=_without_links(row.html),
        files=files,
    )


def _incoming(row: IncomingMail) -> ShownMail:
    return ShownMail(
        kind=MailKind.INCOMING,
        at=row.received_at,
        sender=shortened(row.sender),
        recipient=row.recipient,
        subject=row.subject,
        text=_without_links(row.text),
        html="",
    )


def _mailing(row: Mailing) -> ShownMail:
    """As it is written to all of its list, with the names of what differs in place of the values."""
    with scope(merchant=row.merchant):
        try:
            compiled = source_of(row.kind).compile(row)
        except UnknownSource:
            raise NotCovered from None
    return ShownMail(
        kind=MailKind.MAILING,
        at=row.created_at,
        sender=compiled.from_name,
        recipient="",
        subject=_joined(compiled.subject),
        text=_without_links(_joined(compiled.text)),
        html=_without_links(_joined(compiled.html)),
    )


def _joined(parts: Sequence[str | Hole]) -> str:
    return "".join(f"[{part.name}]" if isinstance(part, Hole) else part for part in parts)


def _without_links(text: str) -> str:
    return str(without_own_links(text))


def shortened(address: str) -> str:
    """``anna@example.org`` as ``a…@example.org``: whose mail it is does not matter to the suspicion."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…{at}{domain}" if at else address[:1] + "…"


def mailings_of(merchant: Merchant, newest: int = 100) -> list[Mailing]:
    with scopes_disabled():
        return list(Mailing.objects.filter(merchant=merchant).order_by("-pk")[:newest])


def mail_of_message_id(merchant: Merchant, text: str) -> str | None:
    """``outgoing:17`` for the Message-ID of a letter that was reported, a mailing's for one of many.

    None for what is not this shop's.
    """
    token = text.strip().strip("<>").partition("@")[0]
    try:
        table, number = read_token("message", token)
    except BadToken:
        return None
    with scopes_disabled():
        if table == "mail":
            found = Mail.objects.filter(pk=number, merchant=merchant).exists()
            return f"{MailKind.OUTGOING.value}:{number}" if found else None
        row = Handover.objects.filter(pk=number, mailing__merchant=merchant).first()
        return f"{MailKind.MAILING.value}:{row.mailing_id}" if row else None


def label_of(kind: MailKind, number: int) -> str:
    """As the access record spells what was seen."""
    return f"{_MODELS[kind]._meta.label_lower}:{number}"
