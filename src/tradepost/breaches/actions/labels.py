"""What the record calls the actions of the breach desk, after the name of whoever did it."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "breaches.record": _("recorded an incident"),
    "breaches.describe": _("described an incident"),
    "breaches.freeze": _("froze the list of those affected"),
    "breaches.look": _("looked at the list of those affected"),
    "breaches.assess": _("changed the severity of an incident"),
    "breaches.letters": _("wrote to those affected"),
    "breaches.authority": _("noted that the authority was told"),
    "breaches.decide": _("decided that nobody need be told of an incident"),
    "breaches.report": _("printed the report to the authority"),
    "breaches.close": _("closed an incident"),
}
