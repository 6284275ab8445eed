"""Words of reading a shop's mail in an emergency, and what is refused."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

ANSWERED_WITHIN = timedelta(days=3)  # an older request lapses: a suspicion that waits is none


class Suspicion(models.TextChoices):
    """Of what the shop is suspected. Nothing else opens its mail."""

    SPAM = "spam", _("mail to people who never agreed")
    PHISHING = "phishing", _("fraud: mail that pretends to come from somebody else")
    MALWARE = "malware", _("malicious files or links")
    UNLAWFUL = "unlawful", _("content that the law forbids")
    THREAT = "threat", _("threats or harassment")


class ReviewScope(models.TextChoices):
    """How much may be read; as little as answers the suspicion."""

    SINGLE = "single", _("single mails")
    MAILING = "mailing", _("one mailing")
    SHOP = "shop", _("all mail of the shop")


class ReviewState(models.TextChoices):
    ASKED = "asked", _("waits for a second person")
    REFUSED = "refused", _("refused")
    LAPSED = "lapsed", _("lapsed without an answer")
    RUNNING = "running", _("open")
    ENDED = "ended", _("ended")


class MailKind(models.TextChoices):
    """What is read: a mail to one person, one that came in, or the text of a mailing."""

    OUTGOING = "outgoing", _("mail to one person")
    INCOMING = "incoming", _("mail that came in")
    MAILING = "mailing", _("mailing")


class NeedsTwoOperators(PermissionError):
    """There is nobody else who could agree."""


class OwnRequest(PermissionError):
    """Whoever asks cannot agree."""


class AlreadyAnswered(ValueError):
    """The request was answered, or has lapsed."""


class NotOpen(PermissionError):
    """Not agreed to, over, or somebody else's."""


class NotCovered(LookupError):
    """The request does not cover this mail, or it is gone."""
