"""The form by which a change of owner is announced."""

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from tradepost.audit.types import Actor
from tradepost.lib.addresses import InvalidEmail
from tradepost.merchants.models import Merchant
from tradepost.notice.actions.transition import (
    AlreadyAnnounced,
    TooEarly,
    announce_transition,
    first_date,
)
from tradepost.notice.models import Transition
from tradepost.ui.problems import problem_of


class TransitionForm(forms.ModelForm[Transition]):
    """All of it is public."""

    on = forms.DateField(
        label=_("Date of the change"),
        help_text=_(
            "At least thirty days from now: so long people are told before any data moves."
        ),
        widget=forms.DateInput(attrs={"type": "date"}),
        initial=first_date,
    )

    class Meta:
        model = Transition
        fields = ("new_name", "new_address", "new_email", "reason")
        labels = {"reason": _("Why (people read it)")}
        widgets = {
            "new_address": forms.Textarea(attrs={"rows": 3}),
            "reason": forms.Textarea(attrs={"rows": 3}),
        }


def announced_by_form(form: TransitionForm, *, merchant: Merchant | None, by: Actor) -> bool:
    """Whether it is; what is wrong stands in the form."""
    if not form.is_valid():
        return False
    try:
        announce_transition(merchant=merchant, by=by, **form.cleaned_data)
    except TooEarly as refusal:
        first = date_format(refusal.first)
        form.add_error(
            "on", _("The first day that leaves thirty days is %(date)s.") % {"date": first}
        )
    except AlreadyAnnounced:
        form.add_error(None, _("A change of owner is announced already; take it back first."))
    except InvalidEmail as problem:
        form.add_error("new_email", problem_of(problem))
    return not form.errors
