"""What the record calls the actions of delivery, after the name of whoever did it."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "delivery.look": _("looked at a caught mail"),
    "delivery.set_limit": _("set a limit for sending"),
}
