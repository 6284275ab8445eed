"""What can be known of a promise, and for whom a notice is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PromiseState(models.TextChoices):
    """What is known of a promise."""

    KEPT = "kept", _("kept")
    BROKEN = "broken", _("broken")
    EXPIRED = "expired", _("nobody vouches for it now")
    NOT_OFFERED = "not_offered", _("not offered here yet")


class NoticeVariant(models.TextChoices):
    """For readers of where a text is; the reader chooses, nobody is located."""

    WORLD = "world", _("Elsewhere")
    EUROPE = "eu", _("European Union, United Kingdom, Switzerland")
    CALIFORNIA = "california", _("California")
