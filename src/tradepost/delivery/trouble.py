"""Refusals for the sender's sake: they hit everybody alike, so sending stops and somebody is told.

A wrong DNS record, an entry in a blocklist or a message that is taken for spam would otherwise be
answered once for each recipient, and look like a list of dead mailboxes.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import models

from tradepost.delivery import bounces, limits
from tradepost.delivery.actions.queue import queue_mail
from tradepost.delivery.bounces import OURS, Cause
from tradepost.delivery.models import Handover, Mail, Mailing
from tradepost.delivery.settling import Settled
from tradepost.delivery.sources import Claimed
from tradepost.delivery.types import MailingState, State, Trouble
from tradepost.lib import clock
from tradepost.lib.smtp import Outcome, Verdict

logger = logging.getLogger(__name__)

# So many of one domain (or of all), and at least half of those who were asked: no accident.
MANY = 5
_LATER = 10  # of returned mail, which comes one by one
TEMPLATE = "delivery/sending-stopped"
COMPLAINTS_TEMPLATE = "delivery/too-many-complaints"
# What the operator of the installation must mend: the merchant has neither its DNS nor its server.
OPERATORS = frozenset(
    {Trouble.SENDER, Trouble.AUTHENTICATION, Trouble.BLOCKLIST, Trouble.RELAYING, Trouble.RATE}
)
_ADDRESS = re.compile(r"[^\s<>()\"',;:]{1,64}@[^\s<>()\"',;:]{1,255}")
_TOLD_AGAIN_AFTER = timedelta(days=1)


class Found(NamedTuple):
    """One trouble: what it is, a server's answer to it, and the rows it hit."""

    trouble: Trouble
    answer: str
    rows: frozenset[int]


def cause_of(outcome: Outcome) -> Cause:
    """Why a message was refused; what is refused at MAIL FROM is refused for its sender."""
    if outcome.verdict is not Verdict.REFUSED:
        return Cause.UNCLEAR
    cause = bounces.cause_of(outcome.text)
    return Cause.SENDER if outcome.at == "MAIL" and cause not in OURS else cause


def find(rows: Iterable[Claimed], outcomes: dict[int, Outcome]) -> Found | None:
    """The trouble that hit many of a slice, or None. Costs nothing for a slice that was taken whole."""
    answered: Counter[str] = Counter()
    hit: dict[tuple[Cause, str], list[int]] = {}
    for row in rows:
        outcome = outcomes[row.pk]
        if outcome.verdict not in {Verdict.SENT, Verdict.REFUSED}:
            continue
        groups = ("", limits.domain_name(row.address))
        answered.update(groups)
        cause = cause_of(outcome)
        for group in groups if cause in OURS else ():
            hit.setdefault((cause, group), []).append(row.pk)
    for (cause, group), found in hit.items():
        if len(found) >= MANY and 2 * len(found) >= answered[group]:
            answer = outcomes[found[0]].text
            return Found(Trouble(cause.value), without_addresses(answer), frozenset(found))
    return None


def put_back(results: list[Settled], found: Found) -> list[Settled]:
    """Whoever was refused for our sake waits for the cause to be mended, like those not yet tried."""
    now = clock.now()
    return [
        row._replace(state=State.DEFERRED, due_at=now) if row.pk in found.rows else row
        for row in results
    ]


def stop(mailing: Mailing, found: Found) -> None:
    """Pause the mailing, and tell the merchant and, when it is theirs to mend, the operator."""
    rows = Mailing.objects.filter(pk=mailing.pk)
    said = {"trouble": found.trouble, "trouble_answer": found.answer}
    paused = rows.filter(state=MailingState.RUNNING).update(state=MailingState.PAUSED, **said)
    if paused or rows.filter(state=MailingState.DONE, trouble="").update(**said):
        logger.error("mailing %s has stopped: %s: %s", mailing.pk, found.trouble, found.answer)
        _tell_merchant(mailing.merchant, found)
        _tell_operator(found)


def note_letters(rows: Iterable[Claimed], outcomes: dict[int, Outcome]) -> None:
    """Single mail is not paused: it is tried again. The operator is told."""
    found = find(rows, outcomes)
    if found:
        logger.error("single mail is refused: %s: %s", found.trouble, found.answer)
        _tell_operator(found)


def note_returned(mailing: Mailing, address: str, cause: Cause, answer: str) -> None:
    """Refusals that come back as mail, one by one; looked at after every tenth."""
    mailing.refresh_from_db()
    if mailing.failed < _LATER or mailing.failed % _LATER:
        return
    domain = address.rpartition("@")[2]
    there = Handover.objects.filter(mailing=mailing, address__endswith=f"@{domain}")
    failed = there.filter(state=State.FAILED).count()
    taken = there.filter(state=State.SENT).count()
    if mailing.failed >= mailing.sent or (failed >= _LATER and failed >= taken):
        stop(mailing, Found(Trouble(cause.value), without_addresses(answer), frozenset()))


def without_addresses(answer: str) -> str:
    return _ADDRESS.sub("…", answer)[:300]


def _tell_merchant(merchant: models.Model, found: Found) -> None:
    to = getattr(merchant, "contact_email", "")
    if to:
        _tell(to, found, merchant=merchant)


def _tell_operator(found: Found) -> None:
    if found.trouble in OPERATORS:
        _tell(settings.TRADEPOST.operator_email, found, merchant=None)


def _tell(to: str, found: Found, *, merchant: models.Model | None) -> None:
    """Once a day for each trouble."""
    about = f"delivery.trouble:{found.trouble}"
    template = COMPLAINTS_TEMPLATE if found.trouble is Trouble.COMPLAINTS else TEMPLATE
    since = clock.now() - _TOLD_AGAIN_AFTER
    told = Mail.objects.filter(
        template=template, about=about, address=to.lower(), queued_at__gt=since
    )
    if told.exists():
        return
    queue_mail(
        to=to,
        template=template,
        context={
            "trouble": found.trouble,
            "answer": found.answer,
            "is_operators": found.trouble in OPERATORS,
            "for_operator": merchant is None,
        },
        merchant=merchant,
        about=about,
    )
