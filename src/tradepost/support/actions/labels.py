"""What the record calls the actions of the support desk, after the name of whoever did it."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "support.answer": _("answered a conversation"),
    "support.assign": _("said who answers a conversation"),
    "support.close": _("closed a conversation"),
    "support.delete_reply": _("deleted a saved reply"),
    "support.look": _("looked at conversations"),
    "support.note": _("wrote an internal note"),
    "support.open": _("opened a conversation for somebody"),
    "support.reopen": _("opened a conversation again"),
    "support.save_reply": _("changed a saved reply"),
    "support.tag": _("changed the tags of a conversation"),
}
