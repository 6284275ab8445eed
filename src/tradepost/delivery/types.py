"""The words of the post."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

FORWARD = "delivery/incoming"  # the template of mail that is sent on


class Stream(models.TextChoices):
    """Kinds of mail that must not get in each other's way."""

    TRANSACTIONAL = "transactional", _("transactional")
    SERVICE = "service", _("service")
    BULK = "bulk", _("bulk")


class HandoverState(models.TextChoices):
    """Where one message to one recipient stands."""

    QUEUED = "queued", _("queued")
    CLAIMED = "claimed", _("being sent")
    DEFERRED = "deferred", _("deferred, will be tried again")
    SENT = "sent", _("sent")
    BOUNCED = "bounced", _("bounced")
    SUPPRESSED = "suppressed", _("suppressed")
    NO_CONSENT = "no_consent", _("no consent")
    UNCERTAIN = "uncertain", _("uncertain")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


OPEN_STATES = (HandoverState.QUEUED, HandoverState.CLAIMED, HandoverState.DEFERRED)


class MailingState(models.TextChoices):
    PREPARING = "preparing", _("preparing")
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    CANCELLED = "cancelled", _("cancelled")
    DONE = "done", _("done")


class Trouble(models.TextChoices):
    """Why servers refuse mail for the sender's sake: it hits everybody, and no mailbox is to blame."""

    SENDER = "sender", _("the sender's address or its domain was refused")
    AUTHENTICATION = "authentication", _("the mail could not be proven to be ours")
    BLOCKLIST = "blocklist", _("our mail server has a bad name or stands on a blocklist")
    RELAYING = "relaying", _("the relay does not take mail from us")
    RATE = "rate", _("too much mail at once")
    CONTENT = "content", _("the message was taken for spam, or was too large")
    POLICY = "policy", _("the mail was refused by a rule of the server")
    COMPLAINTS = "complaints", _("too many recipients reported it as spam")


class SuppressionReason(models.TextChoices):
    BOUNCE = "bounce", _("bounced")
    COMPLAINT = "complaint", _("complained")
    UNSUBSCRIBE = "unsubscribe", _("unsubscribed")
    ERASURE = "erasure", _("erased")
    MANUAL = "manual", _("suppressed by hand")


class Kept(models.TextChoices):
    """Why a message that came in is kept for a person to read."""

    LETTER = "letter", _("somebody wrote")
    UNREAD = "unread", _("could not be read by a program")
    REPORT = "report", _("a report about a letter that is not known here")


class BounceKind(StrEnum):
    """What came back: it will never work, not today, it is a machine's courtesy, or no bounce at all."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"
    AUTO_REPLY = "auto-reply"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """``media_type`` such as ``application/pdf``; ``name`` as the recipient sees it."""

    name: str
    media_type: str
    content: bytes


class HeaderInjection(ValueError):
    """An address or name held a line break or another control character."""


class NotAnAudience(ValueError):
    """Account holders are not written to in bulk (promise purpose.operational-contact)."""


class WrongState(ValueError):
    """The mailing is not in a state in which this can be done."""
