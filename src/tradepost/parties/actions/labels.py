from django.utils.translation import gettext_lazy as _

LABELS = {
    "parties.add": _("added an outside party"),
    "parties.change": _("changed an outside party"),
    "parties.end": _("ended an outside party"),
}
