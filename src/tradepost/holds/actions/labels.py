from django.utils.translation import gettext_lazy as _

LABELS = {"holds.hold": _("held a record"), "holds.lift": _("ended a hold")}
