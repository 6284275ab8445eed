"""What the record calls the actions of assurance, after the name of whoever did it."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "assurance.attest": _("attested a promise"),
}
