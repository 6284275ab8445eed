"""What the record calls the actions of merchants, after the name of whoever did it."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "merchants.accept_invitation": _("accepted an invitation"),
    "merchants.ask_closing": _("asked for the account to be closed"),
    "merchants.cancel_closing": _("called the closing off"),
    "merchants.change_currency": _("changed the currency"),
    "merchants.change_role": _("changed the role of a team member"),
    "merchants.change_shop": _("changed the shop details"),
    "merchants.close": _("closed the account"),
    "merchants.close_abandoned": _("closed an abandoned account"),
    "merchants.create_token": _("made an API token"),
    "merchants.give_notice": _("gave the shop notice"),
    "merchants.invite": _("invited somebody into the team"),
    "merchants.lift_suspension": _("lifted the suspension of the shop"),
    "merchants.open_shop": _("opened a shop"),
    "merchants.remove_member": _("removed a team member"),
    "merchants.revoke_token": _("revoked an API token"),
    "merchants.suspend": _("suspended the shop"),
    "merchants.switch_module": _("switched a module"),
    "merchants.withdraw_invitation": _("withdrew an invitation"),
    "merchants.withdraw_notice": _("took the notice back"),
}
