"""Forms of the portal and the desk."""

from datetime import date
from typing import Unpack

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.vocabulary import Purpose
from tradepost.datamap.words import word
from tradepost.lib import clock
from tradepost.lib.addresses import InvalidEmail, normalise_email
from tradepost.rights.restrictions.stops import OBJECTIONABLE
from tradepost.rights.types import Channel, Right
from tradepost.ui.form_options import FormData, FormFiles, FormOptions
from tradepost.ui.problems import problem_of


class PortalLinkForm(forms.Form):
    """Whose data is it? Answers the same for every address."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )

    def clean_email(self) -> str:
        try:
            return normalise_email(self.cleaned_data["email"])
        except InvalidEmail as problem:
            raise forms.ValidationError(problem_of(problem)) from None


class CorrectionForm(forms.Form):
    reference = forms.CharField(widget=forms.HiddenInput, max_length=120)
    field = forms.CharField(widget=forms.HiddenInput, max_length=120)
    value = forms.CharField(label=_("Correct value"), required=False, max_length=2000)


def purposes_to_object_to() -> list[tuple[str, str]]:
    return [(purpose.name, capfirst(word(purpose))) for purpose in OBJECTIONABLE]


class ObjectionForm(forms.Form):
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=purposes_to_object_to,
    )

    def purpose_chosen(self) -> Purpose:
        return Purpose[self.cleaned_data["purpose"]]


class MessageForm(forms.Form):
    """A correction that no field takes, or anything else about one's own data."""

    note = forms.CharField(
        label=_("What should be corrected?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
    )


class EraseForm(forms.Form):
    sure = forms.BooleanField(label=_("Yes, erase my data. I know that this cannot be undone."))


class RequestForm(forms.Form):
    """A request that arrived by letter, telephone or e-mail."""

    email = forms.EmailField(label=_("E-mail address of the person"))
    right = forms.ChoiceField(label=_("What is asked"), choices=Right.choices)
    channel = forms.ChoiceField(
        label=_("How it arrived"),
        choices=[choice for choice in Channel.choices if choice[0] != Channel.PORTAL],
    )
    received_on = forms.DateField(
        label=_("Received on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    identity_checked = forms.CharField(
        label=_("How identity was checked"),
        max_length=200,
        required=False,
        help_text=_("Leave empty until it was. Nothing is shown or changed before."),
    )
    note = forms.CharField(
        label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, required=False
    )

    clean_email = PortalLinkForm.clean_email

    def clean_received_on(self) -> date:
        """Its clock runs from then: a day to come would win time."""
        day: date = self.cleaned_data["received_on"]
        if day > timezone.localdate(clock.now()):
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class AnswerForm(forms.Form):
    identity_checked = forms.CharField(label=_("How identity was checked"), max_length=200)
    outcome = forms.CharField(
        label=_("What was done"),
        max_length=300,
        required=False,
        help_text=_("Name nobody here: this line stays after an erasure."),
    )

    def clean_outcome(self) -> str:
        outcome: str = self.cleaned_data["outcome"]
        if "@" in outcome:
            raise forms.ValidationError(_("Please write no e-mail address here."))
        return outcome


class PeriodForm(forms.Form):
    """How long the merchant keeps what a rule leaves to it; bounds come from the rule."""

    rule = forms.CharField(widget=forms.HiddenInput, max_length=60)
    days = forms.IntegerField(label=_("Days"))

    def __init__(
        self,
        data: FormData | None = None,
        files: FormFiles | None = None,
        *,
        shortest: int,
        longest: int,
        **kwargs: Unpack[FormOptions],
    ) -> None:
        super().__init__(data, files, **kwargs)
        days = self.fields["days"]
        assert isinstance(days, forms.IntegerField)
        days.min_value, days.max_value = shortest, longest
        days.validators = forms.IntegerField(min_value=shortest, max_value=longest).validators
        days.widget.attrs |= {"min": shortest, "max": longest}
        days.help_text = _("From %(shortest)s to %(longest)s days.") % {
            "shortest": shortest,
            "longest": longest,
        }
