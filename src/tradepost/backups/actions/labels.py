from django.utils.translation import gettext_lazy as _

LABELS = {
    "backups.make": _("made a backup"),
    "backups.restore": _("restored a backup"),
}
