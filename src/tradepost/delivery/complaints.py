"""Complaints: how many of those who got a mailing called it spam, and when that is too many.

Google and Yahoo want fewer than 0.1 % and never 0.3 %: from there on they put a sender's mail into the
spam folder, everybody's. So a mailing stops by itself before it spoils the next one.
"""

import logging

from django.db.models import F

from tradepost.delivery import trouble
from tradepost.delivery.models import Handover, Mailing
from tradepost.delivery.types import Trouble
from tradepost.lib import clock

logger = logging.getLogger(__name__)

TOO_MANY_FROM = 0.003
# One angry reader of three hundred is no sign of anything.
FEWEST = 5


def complaint_rate(mailing: Mailing) -> float:
    """Complaints for each letter that arrived, between 0 and 1."""
    return min(1.0, mailing.complained / mailing.sent) if mailing.sent else 0.0


def are_too_many(mailing: Mailing) -> bool:
    return mailing.complained >= FEWEST and complaint_rate(mailing) >= TOO_MANY_FROM


def note_complaint(row: Handover) -> bool:
    """Count one recipient's complaint, once; the one too many pauses the mailing and tells the merchant.

    False when it was counted before.
    """
    now = clock.now()
    if not Handover.objects.filter(pk=row.pk, complained_at=None).update(complained_at=now):
        return False
    Mailing.objects.filter(pk=row.mailing_id).update(complained=F("complained") + 1)
    mailing = Mailing.objects.select_related("merchant").get(pk=row.mailing_id)
    if are_too_many(mailing):
        said = f"{mailing.complained} / {mailing.sent} ({complaint_rate(mailing):.2%})"
        trouble.stop(mailing, trouble.Found(Trouble.COMPLAINTS, said, frozenset()))
    return True
