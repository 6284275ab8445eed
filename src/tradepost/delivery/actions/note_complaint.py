"""Complaints: how many of those who got a mailing called it spam, and when that is too many.

Google and Yahoo want fewer than 0.1 % and never 0.3 %: from there on they put a sender's mail into the
spam folder, everybody's. So a mailing stops by itself before it spoils the next one.
"""

import logging

from django.db.models import F

from tradepost.delivery.actions.stop_sending import stop
from tradepost.delivery.bounces.trouble import Found
from tradepost.delivery.models import Handover, Mailing
from tradepost.delivery.types import Trouble
from tradepost.lib import clock

logger = logging.getLogger(__name__)


def note_complaint(row: Handover) -> bool:
    """Count one recipient's complaint, once; the one too many pauses the mailing and tells the merchant.

    False when it was counted before.
    """
    now = clock.now()
    if not Handover.objects.filter(pk=row.pk, complained_at=None).update(complained_at=now):
        return False
    Mailing.objects.filter(pk=row.mailing_id).update(complained=F("complained") + 1)
    mailing = Mailing.objects.select_related("merchant").get(pk=row.mailing_id)
    if mailing.has_too_many_complaints:
        said = f"{mailing.complained} / {mailing.sent} ({mailing.complaint_rate:.2%})"
        stop(mailing, Found(Trouble.COMPLAINTS, said, frozenset()))
    return True
