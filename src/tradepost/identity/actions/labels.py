"""What the record calls the actions of identity, after the name of whoever did it."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "identity.change_details": _("changed their own details"),
    "identity.create_account": _("opened an account"),
    "identity.create_operator": _("made an operator"),
    "identity.delete_account": _("deleted an account"),
}
