"""After a restore nobody knows which of the waiting messages left in the meantime."""

from django.utils.translation import gettext as _

from tradepost.delivery.models import Handover, Mail, Mailing
from tradepost.delivery.types import OPEN_STATES, HandoverState, MailingState
from tradepost.lib import clock


def hold_what_waits() -> int:
    """Single mail becomes *uncertain* and is not sent; mailings pause for a person to look at."""
    said = {
        "state": HandoverState.UNCERTAIN,
        "due_at": None,
        "sender": None,
        "settled_at": clock.now(),
        "response": _("restored from a backup: nobody knows whether it was sent"),
    }
    held = Mail.objects.filter(state__in=OPEN_STATES).update(**said)
    held += Handover.objects.filter(state=HandoverState.CLAIMED).update(**said)
    on_their_way = (MailingState.RUNNING, MailingState.PREPARING)
    held += Mailing.objects.filter(state__in=on_their_way).update(state=MailingState.PAUSED)
    return held
