"""Every write of the post."""

from tradepost.delivery.actions.mailings import (
    cancel_mailing,
    freeze_recipients,
    open_mailing,
    pause_mailing,
    resend_uncertain,
    resume_mailing,
    start_mailing,
)
from tradepost.delivery.actions.queue import queue_mail
from tradepost.delivery.actions.suppress import lift_suppression, suppress

__all__ = [
    "cancel_mailing",
    "freeze_recipients",
    "lift_suppression",
    "open_mailing",
    "pause_mailing",
    "queue_mail",
    "resend_uncertain",
    "resume_mailing",
    "start_mailing",
    "suppress",
]
