from django.utils.translation import gettext_lazy as _

LABELS = {
    "bulletins.write": _("wrote an announcement to the shops"),
    "bulletins.send": _("sent an announcement to the shops"),
    "bulletins.withdraw": _("took an announcement back"),
    "bulletins.read": _("marked an announcement of the operator as read"),
}
