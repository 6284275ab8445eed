"""What the record calls the actions of rights, after the name of whoever did it."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "rights.answer": _("answered a request"),
    "rights.choose_period": _("chose how long something is kept"),
    "rights.disclose_by_law": _("gave data to an authority"),
    "rights.end_objection": _("ended an objection"),
    "rights.erase": _("erased a person's data"),
    "rights.look": _("looked at a person's data"),
    "rights.look_list": _("looked at the list of requests"),
    "rights.portal_opened": _("opened their own data by a mailed link"),
    "rights.rectify": _("corrected a person's data"),
    "rights.request": _("noted a request"),
}
