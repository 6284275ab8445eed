"""Every write of the post."""

from tradepost.delivery.actions.mailings import (
    cancel_mailing,
    freeze_recipients,
    open_mailing,
    pause_mailing,
    resend_uncertain,
    resume_mailing,
    retry_failed,
    start_mailing,
)
from tradepost.delivery.actions.queue import (
    mail_in_words,
    queue_mail,
    queue_same,
    queue_written,
    withhold_queued,
)
from tradepost.delivery.actions.suppress import lift_suppression, suppress

__all__ = [
    "cancel_mailing",
    "freeze_recipients",
    "lift_suppression",
    "mail_in_words",
    "open_mailing",
    "pause_mailing",
    "queue_mail",
    "queue_same",
    "queue_written",
    "resend_uncertain",
    "resume_mailing",
    "retry_failed",
    "start_mailing",
    "suppress",
    "withhold_queued",
]
