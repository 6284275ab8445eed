"""What the record calls the actions of audience, after the name of whoever did it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

LABELS = {
    "audience.add_contact": _("added a contact"),
    "audience.change_contact": _("changed a contact"),
    "audience.confirm": _("confirmed a subscription"),
    "audience.delete_contact": _("deleted a contact"),
    "audience.delete_field": _("deleted an own field"),
    "audience.delete_form": _("deleted an opt-in form"),
    "audience.delete_list": _("deleted a list"),
    "audience.delete_segment": _("deleted a segment"),
    "audience.download_export": _("downloaded exported contacts"),
    "audience.export": _("exported contacts"),
    "audience.export_suppressions": _("exported suppressed addresses"),
    "audience.import": _("imported contacts"),
    "audience.lift_suppression": _("lifted the suppression of an address"),
    "audience.look": _("looked at a contact"),
    "audience.look_import": _("looked at an import"),
    "audience.look_incoming": _("looked at a mail that came in"),
    "audience.look_incoming_list": _("looked at the mail that came in"),
    "audience.look_list": _("looked at the list of contacts"),
    "audience.look_suppressions": _("looked at suppressed addresses"),
    "audience.map_import": _("chose the columns of an import"),
    "audience.save_field": _("saved an own field"),
    "audience.save_form": _("saved an opt-in form"),
    "audience.save_list": _("saved a list"),
    "audience.save_segment": _("saved a segment"),
    "audience.subscribe": _("subscribed a contact"),
    "audience.suppress": _("suppressed an address"),
    "audience.unsubscribe": _("unsubscribed a contact"),
    "audience.upload": _("uploaded a file of contacts"),
    "audience.withdraw": _("withdrew a consent"),
}

# What staff or a program does with what it is shown, for the person who asks why.
WHY = {
    "audience.look": gettext_noop("to see or change this contact"),
    "audience.look_list": gettext_noop("to see which contacts there are"),
    "audience.export": gettext_noop("to take contacts along in a file"),
}
