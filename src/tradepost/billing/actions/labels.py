"""What the record calls the actions on plans and billing accounts."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "billing.make_plan": _("made a plan"),
    "billing.change_plan": _("changed a plan"),
    "billing.close_plan": _("closed a plan to new shops"),
    "billing.open_plan": _("opened a plan to new shops"),
    "billing.set_price": _("set the price of a plan"),
    "billing.join": _("joined a paid plan"),
    "billing.choose_next": _("chose the plan of the next period"),
    "billing.cancel": _("cancelled the plan"),
    "billing.keep": _("kept the plan"),
    "billing.change_account": _("changed the billing account"),
    "billing.renew": _("renewed the plan"),
    "billing.end": _("ended the plan"),
}
