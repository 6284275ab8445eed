"""What the record calls the actions of notice, after the name of whoever did it."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "notice.announce_transition": _("announced a change of owner"),
    "notice.carry_out_transition": _("carried out a change of owner"),
    "notice.withdraw_transition": _("took back a change of owner"),
    "notice.post_notice": _("published a privacy notice"),
}
