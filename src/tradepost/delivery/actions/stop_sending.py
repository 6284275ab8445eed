"""Stopping a mailing for the sender's sake, and telling whoever can mend it; see ``bounces.trouble``."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import models

from tradepost.delivery.actions.queue import queue_mail
from tradepost.delivery.bounces import Cause
from tradepost.delivery.bounces.trouble import Found, find, without_addresses
from tradepost.delivery.models import Handover, Mail, Mailing
from tradepost.delivery.outgoing.sources import Claimed
from tradepost.delivery.types import HandoverState, MailingState, Trouble
from tradepost.lib import clock
from tradepost.lib.smtp import SmtpOutcome

logger = logging.getLogger(__name__)

_LATER = 10  # of returned mail, which comes one by one
TEMPLATE = "delivery/sending-stopped"
COMPLAINTS_TEMPLATE = "delivery/too-many-complaints"
# What the operator of the installation must mend: the merchant has neither its DNS nor its server.
OPERATORS = frozenset(
    {Trouble.SENDER, Trouble.AUTHENTICATION, Trouble.BLOCKLIST, Trouble.RELAYING, Trouble.RATE}
)
_TOLD_AGAIN_AFTER = timedelta(days=1)


def stop(mailing: Mailing, found: Found) -> None:
    """Pause the mailing, and tell the merchant and, when it is theirs to mend, the operator."""
    rows = Mailing.objects.filter(pk=mailing.pk)
    said = {"trouble": found.trouble, "trouble_answer": found.answer}
    paused = rows.filter(state=MailingState.RUNNING).update(state=MailingState.PAUSED, **said)
    if paused or rows.filter(state=MailingState.DONE, trouble="").update(**said):
        logger.error("mailing %s has stopped: %s: %s", mailing.pk, found.trouble, found.answer)
        _tell_merchant(mailing.merchant, found)
        _tell_operator(found)


def note_letters(rows: Sequence[Claimed], outcomes: dict[int, SmtpOutcome]) -> None:
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
    failed = there.filter(state=HandoverState.FAILED).count()
    taken = there.filter(state=HandoverState.SENT).count()
    if mailing.failed >= mailing.sent or (failed >= _LATER and failed >= taken):
        stop(mailing, Found(Trouble(cause.value), without_addresses(answer), frozenset()))


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
