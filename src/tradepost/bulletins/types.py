"""Words of service bulletins."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BulletinKind(models.TextChoices):
    """What the operator may write to all shops about: the running of the service, and nothing else."""

    MAINTENANCE = "upkeep", _("Maintenance, with a pause")
    FAULT = "fault", _("A fault of the service")
    CHANGE = "change", _("A change of the service")
    SAFETY = "safety", _("Security: something to do")


class NotADraft(Exception):
    """What has gone out cannot be changed any more."""
