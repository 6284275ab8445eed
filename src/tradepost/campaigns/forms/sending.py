"""When, and to whom for a try."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.campaigns.actions.leave import REASONS


class ScheduleForm(forms.Form):
    """A moment in the merchant's time zone; validate and show it under ``timezone.override``."""

    at = forms.DateTimeField(
        label=gettext_lazy("Send at"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean_at(self) -> datetime:
        at = cast(datetime, self.cleaned_data["at"])
        if at <= timezone.now():
            raise forms.ValidationError(_("That moment has passed; choose a later one."))
        return at


class TrialForm(forms.Form):
    to = forms.MultipleChoiceField(
        label=gettext_lazy("Test copy to"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, addresses: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(one, one) for one in addresses]  # type: ignore[attr-defined]  # a choice field


REASON_WORDS = {
    REASONS[0]: gettext_lazy("It is too often"),
    REASONS[1]: gettext_lazy("It is not for me"),
    REASONS[2]: gettext_lazy("I did not sign up"),
    REASONS[3]: gettext_lazy("Something else"),
}


class LeaveForm(forms.Form):
    """On the unsubscribe page; everything in it may be left empty."""

    everything = forms.BooleanField(
        label=gettext_lazy("Unsubscribe me from all news of this shop"), required=False
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Why, if you like"),
        required=False,
        choices=[("", gettext_lazy("I would rather not say")), *REASON_WORDS.items()],
    )
