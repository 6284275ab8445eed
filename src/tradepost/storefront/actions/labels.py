"""What the record calls the actions of storefront, after the name of whoever did it."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "storefront.change_front": _("changed the shop front"),
}
