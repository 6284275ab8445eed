"""The closed lists of the privacy room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """What is known of a promise."""

    KEPT = "kept", _("kept")
    BROKEN = "broken", _("broken")
    EXPIRED = "expired", _("nobody vouches for it now")
    NOT_OFFERED = "not_offered", _("not offered here yet")


class Right(models.TextChoices):
    """What a person may ask."""

    ACCESS = "access", _("See everything")
    RECTIFY = "rectify", _("Correct something")
    ERASE = "erase", _("Erase everything")
    RESTRICT = "restrict", _("Stop all use for now")
    LIFT = "lift", _("Allow use again")
    OBJECT = "object", _("Object to a purpose")
    WITHDRAW = "withdraw", _("Withdraw a consent")
    PORTABLE = "portable", _("Take the data elsewhere")


class Channel(models.TextChoices):
    PORTAL = "portal", _("the portal")
    LETTER = "letter", _("a letter")
    TELEPHONE = "telephone", _("a telephone call")
    EMAIL = "email", _("an e-mail")
