"""The form by which a change of owner is announced."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tradepost.notice.actions.transition import first_date
from tradepost.notice.models import Transition


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
