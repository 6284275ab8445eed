from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Unpack

from django import forms
from django.utils.translation import gettext_lazy as _

from tradepost.holds.types import HoldClass
from tradepost.lib import clock
from tradepost.lib.addresses import InvalidEmail, normalise_email
from tradepost.ui.form_options import FormData, FormFiles, FormOptions
from tradepost.ui.problems import problem_of


class HeldPersonForm(forms.Form):
    """Whose record?"""

    email = forms.EmailField(label=_("E-mail address of the person"))

    def clean_email(self) -> str:
        try:
            return normalise_email(self.cleaned_data["email"])
        except InvalidEmail as problem:
            raise forms.ValidationError(problem_of(problem)) from None


class RecordHoldForm(forms.Form):
    """Which record, why, until when."""

    reference = forms.ChoiceField(label=_("Record"))
    hold_class = forms.ChoiceField(label=_("Why the law lets it stay"), choices=HoldClass)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("The person reads it. Name nobody.")
    )
    until = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(
        self,
        records: Sequence[tuple[str, str]],
        data: FormData | None = None,
        files: FormFiles | None = None,
        **kwargs: Unpack[FormOptions],
    ) -> None:
        super().__init__(data, files, **kwargs)
        field = self.fields["reference"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(records)

    def clean_until(self) -> datetime:
        """The end of that day."""
        until = datetime.combine(self.cleaned_data["until"], time(23, 59), tzinfo=UTC)
        if until <= clock.now():
            raise forms.ValidationError(_("The hold must end in the future."))
        return until
