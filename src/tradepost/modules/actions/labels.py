"""What the record calls the actions of modules, after the name of whoever did it."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "modules.switch_for_all": _("switched a module for everybody"),
}
