"""What the record calls the actions of notice, after the name of whoever did it."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "notice.post_notice": _("published a privacy notice"),
}
