from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.rooms import Permission

SEE_CAMPAIGNS = Permission(name="see_campaigns", seeing=True)
CAMPAIGNS, TRACKING = "campaigns", "tracking"  # the modules
CHANGE_CAMPAIGNS = Permission(name="change_campaigns")
MESSAGES_METER = "messages"  # of plans
SOURCE_KIND = "campaign"  # of a mailing, to the mail engine


class CampaignState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    RUNNING = "running", _("sending")
    PAUSED = "paused", _("paused")
    CANCELLED = "cancelled", _("cancelled")
    DONE = "done", _("sent")


class BodyFormat(models.TextChoices):
    MARKDOWN = "markdown", _("Markdown")
    MJML = "mjml", _("MJML")


class Frame(models.TextChoices):
    """The finished frames that a body is set into; see ``compose/frames/``."""

    LETTER = "letter", _("Letter: a logo, your words, nothing else")
    ANNOUNCEMENT = "announcement", _("Announcement: a coloured head with the headline")
    PRODUCT = "product", _("Product: pictures wide, text beside a rule, prices stand out")


class Measuring(models.TextChoices):
    """How far opens and clicks are measured (mail.md, CNIL 2026-042)."""

    CONSENT = "consent", _("Per person with their consent, otherwise anonymous totals")
    TOTALS = "totals", _("Anonymous totals only")
    OFF = "off", _("Not at all")


class TrackingKind(models.TextChoices):
    OPEN = "open", _("opened")
    CLICK = "click", _("clicked")


class CampaignError(Exception):
    """Something about a campaign cannot be done; the text is a sentence for people."""


class CampaignStateError(CampaignError):
    """The campaign is not in a state in which this can be done."""

    @classmethod
    def in_state(cls, state: str) -> "CampaignStateError":
        return cls(gettext("The campaign is %(state)s.") % {"state": state})


class CampaignNotReady(CampaignError):
    """The campaign cannot be sent as it stands; ``problems`` says why."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems
