"""What the record calls the actions of console, after the name of whoever did it."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "console.accept_key": _("accepted a new key of the installation"),
    "console.choose_preset": _("chose the kind of service"),
    "console.look": _("looked at the list of shops"),
    "console.look_incoming": _("looked at a mail that came in"),
    "console.look_shop": _("looked at how the shop's account stands"),
    "console.look_mail": _("looked at the mail that came in"),
}
