"""What the record calls the actions of backoffice, after the name of whoever did it."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "backoffice.everything": _("downloaded everything of the shop"),
}
