from django.utils.translation import gettext_lazy as _

LABELS = {
    "breakglass.ask": _("asked to read a shop's mail on suspicion of abuse"),
    "breakglass.approve": _("agreed that a shop's mail is read on suspicion of abuse"),
    "breakglass.refuse": _("refused that a shop's mail is read"),
    "breakglass.look": _("read mail on suspicion of abuse, as the operator"),
    "breakglass.end": _("ended the reading of a shop's mail"),
}
