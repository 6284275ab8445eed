"""What was read under a request, in words: for the shop, and for the operators."""

from dataclasses import dataclass
from datetime import datetime

from django_scopes import scopes_disabled

from tradepost.breakglass.covered import row_numbered
from tradepost.breakglass.models import MailLook, MailReview
from tradepost.breakglass.types import MailKind
from tradepost.delivery.models import IncomingMail, Mail


@dataclass(frozen=True, kw_only=True)
class LookLine:
    """One mail that was read. ``of`` and ``subject``: when it is from and what it is called; empty once
    it is erased."""

    kind: MailKind
    of: datetime | None
    subject: str
    first: datetime
    times: int


def looks_in(review: MailReview) -> list[LookLine]:
    found: dict[tuple[str, int], list[MailLook]] = {}
    with scopes_disabled():
        for row in MailLook.objects.filter(review=review).order_by("pk"):
            found.setdefault((row.kind, row.number), []).append(row)
        return [
            _line(review, MailKind(kind), number, rows) for (kind, number), rows in found.items()
        ]


def _line(review: MailReview, kind: MailKind, number: int, rows: list[MailLook]) -> LookLine:
    mail = row_numbered(review, kind, number)
    of, subject = None, ""
    if isinstance(mail, Mail):
        of, subject = mail.queued_at, mail.subject
    elif isinstance(mail, IncomingMail):
        of, subject = mail.received_at, mail.subject
    elif mail is not None:
        of = mail.created_at
    return LookLine(kind=kind, of=of, subject=subject, first=rows[0].at, times=len(rows))
