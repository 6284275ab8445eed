"""What can be known of a promise."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PromiseState(models.TextChoices):
    """What is known of a promise."""

    KEPT = "kept", _("kept")
    BROKEN = "broken", _("broken")
    EXPIRED = "expired", _("nobody vouches for it now")
    NOT_OFFERED = "not_offered", _("not offered here yet")
