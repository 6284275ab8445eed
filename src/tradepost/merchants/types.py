from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ORDERS = "orders", _("Orders only")
    CAMPAIGNS = "campaigns", _("Campaigns only")
    READ_ONLY = "read_only", _("Read only")


class Permission(StrEnum):
    """What a back-office page or an API operation asks for."""

    SEE_ORDERS = "see_orders"
    CHANGE_ORDERS = "change_orders"
    SEE_CATALOG = "see_catalog"
    CHANGE_CATALOG = "change_catalog"
    SEE_AUDIENCE = "see_audience"
    CHANGE_AUDIENCE = "change_audience"
    SEE_CAMPAIGNS = "see_campaigns"
    CHANGE_CAMPAIGNS = "change_campaigns"
    SEE_PRIVACY = "see_privacy"
    CHANGE_PRIVACY = "change_privacy"
    SEE_SETTINGS = "see_settings"
    CHANGE_SETTINGS = "change_settings"
    HOME = "home"


_SEEING = frozenset(item for item in Permission if item.value.startswith("see_"))

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ORDERS: frozenset(
        {Permission.HOME, Permission.SEE_ORDERS, Permission.CHANGE_ORDERS, Permission.SEE_CATALOG}
    ),
    Role.CAMPAIGNS: frozenset(
        {
            Permission.HOME,
            Permission.SEE_AUDIENCE,
            Permission.CHANGE_AUDIENCE,
            Permission.SEE_CAMPAIGNS,
            Permission.CHANGE_CAMPAIGNS,
            Permission.SEE_CATALOG,
        }
    ),
    Role.READ_ONLY: _SEEING | {Permission.HOME},
}

SCOPES: tuple[str, ...] = (
    "products:read",
    "products:write",
    "orders:read",
    "orders:write",
    "contacts:read",
    "contacts:write",
    "lists:read",
    "lists:write",
    "campaigns:read",
    "campaigns:write",
    "events:read",
)
