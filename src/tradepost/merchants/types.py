from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.rooms import Permission


class Role(StrEnum):
    """The roles that the house itself must know; rooms declare the others (``Room.roles``)."""

    OWNER = "owner"
    READ_ONLY = "read_only"


class ShopStanding(models.TextChoices):
    """How an account stands with the operator."""

    OPEN = "open", _("open")
    SUSPENDED = "suspended", _("suspended")
    CLOSING = "closing", _("closing")


OTHER_BUSINESS = "other"
# What a shop may say of itself; asked for statistics, and for nothing else (purpose.statistics-fields).
BUSINESS_TYPES = (
    ("", "–"),
    ("crafts", _("Crafts and manufacture")),
    ("retail", _("Retail")),
    ("food", _("Food and drink")),
    ("publishing", _("Books, music and publishing")),
    ("services", _("Services")),
    ("club", _("Club, charity or church")),
    (OTHER_BUSINESS, _("Other")),
)

HOME = Permission(name="home", seeing=True)
SEE_SETTINGS = Permission(name="see_settings", seeing=True)
CHANGE_SETTINGS = Permission(name="change_settings")
