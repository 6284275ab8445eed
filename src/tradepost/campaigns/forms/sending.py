"""When, and to whom for a try."""

from datetime import UTC, datetime, tzinfo
from typing import Any, Unpack, cast

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.campaigns.actions.leave import REASONS
from tradepost.lib import clock
from tradepost.ui.form_options import FormData, FormFiles, FormOptions

_PATTERNS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")


class ClockField(forms.DateTimeField):
    """A time on the clock of the current zone. Twice a year an hour is left out, or comes twice."""

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except forms.ValidationError:
            self._say_why_not(value)
            raise

    def _say_why_not(self, value: object) -> None:
        """Raises: ValidationError, when the clocks are the reason."""
        for pattern in _PATTERNS:
            try:
                typed = datetime.strptime(str(value).strip(), pattern)  # noqa: DTZ007  a time without a zone is what was typed
            except ValueError:
                continue
            zone = timezone.get_current_timezone()
            shown = {"time": f"{typed:%H:%M}", "day": date_format(typed, "DATE_FORMAT")}
            if _is_left_out(typed, zone):
                words = _(
                    "On %(day)s the clocks go forward and leave %(time)s out; choose a time an hour "
                    "earlier or later."
                )
            else:
                words = _(
                    "On %(day)s the clocks go back, and %(time)s comes twice; choose a time an hour "
                    "earlier or later."
                )
            raise forms.ValidationError(words % shown)


def _is_left_out(typed: datetime, zone: tzinfo) -> bool:
    """There and back through UTC, it comes out as another time."""
    return typed.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != typed


class ScheduleForm(forms.Form):
    """A moment in the merchant's time zone; validate and show it under ``timezone.override``."""

    at = ClockField(
        label=gettext_lazy("Send at"),
        input_formats=_PATTERNS,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean_at(self) -> datetime:
        at = cast(datetime, self.cleaned_data["at"])
        if at <= clock.now():
            raise forms.ValidationError(_("That moment has passed; choose a later one."))
        return at


class TrialForm(forms.Form):
    to = forms.MultipleChoiceField(
        label=gettext_lazy("Test copy to"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        addresses: list[str],
        data: FormData | None = None,
        files: FormFiles | None = None,
        **kwargs: Unpack[FormOptions],
    ) -> None:
        super().__init__(data, files, **kwargs)
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
