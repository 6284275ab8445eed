"""What a person may ask, and by which way."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.rooms import Permission

SEE_PRIVACY = Permission(name="see_privacy", seeing=True)
CHANGE_PRIVACY = Permission(name="change_privacy")


COOKIE = "tradepost_portal"  # of a running visit to one's own data


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
