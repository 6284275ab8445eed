"""Forms of the breach desk. None asks for a person: who was touched is worked out."""

from datetime import datetime
from decimal import Decimal
from typing import Unpack

from django import forms
from django.utils.translation import gettext_lazy as _

from tradepost.breaches.models import Incident
from tradepost.breaches.scope import choices
from tradepost.breaches.types import ALLOWED, BreachScope, Component
from tradepost.lib import clock
from tradepost.ui.form_options import FormData, FormFiles, FormOptions, field_of

_NOBODY = _("Name nobody.")


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def _text(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _not_to_come(moment: datetime) -> datetime:
    if moment > clock.now():
        raise forms.ValidationError(_("This moment has not come yet."))
    return moment


class NewIncidentForm(forms.Form):
    """What it is called, and since when it is known: the clock runs from then."""

    title = forms.CharField(
        label=_("What happened, in a few words"), max_length=120, help_text=_NOBODY
    )
    known_at = forms.DateTimeField(
        label=_("Known since"),
        widget=_moment(),
        help_text=_("When somebody of yours became reasonably certain. The clock runs from then."),
    )
    is_drill = forms.BooleanField(
        label=_("This is a drill: all is as in earnest, but no letter leaves"), required=False
    )

    def clean_known_at(self) -> datetime:
        return _not_to_come(self.cleaned_data["known_at"])


class FactsForm(forms.ModelForm[Incident]):
    """What the report and the letters say."""

    class Meta:
        model = Incident
        fields = ("title", "happened", "words", "consequences", "measures", "advice")
        widgets = {
            name: _text() for name in ("happened", "words", "consequences", "measures", "advice")
        }
        help_texts = {
            "happened": _("For the authority. Name nobody."),
            "words": _("Plain words for the letter. Name nobody."),
            "advice": _("Such as: change the password wherever it was used."),
        }


class ScopeForm(forms.Form):
    """What was reached, when, by whom. Out of it follows who was affected."""

    began = forms.DateTimeField(label=_("From"), widget=_moment())
    ended = forms.DateTimeField(label=_("Until"), widget=_moment())
    tables = forms.MultipleChoiceField(
        label=_("Records"), widget=forms.CheckboxSelectMultiple, required=False
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of data"), widget=forms.CheckboxSelectMultiple, required=False
    )
    actors = forms.MultipleChoiceField(
        label=_("Staff and programs"), widget=forms.CheckboxSelectMultiple, required=False
    )
    hosts = forms.MultipleChoiceField(
        label=_("Outside parties"), widget=forms.CheckboxSelectMultiple, required=False
    )
    shops = forms.MultipleChoiceField(
        label=_("Shops"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(
        self,
        incident: Incident,
        data: FormData | None = None,
        files: FormFiles | None = None,
        **kwargs: Unpack[FormOptions],
    ) -> None:
        scope = incident.scope
        now = {name: list(getattr(scope, name)) for name in ("tables", "kinds", "actors", "hosts")}
        known: dict[str, object] = {"began": incident.began_at, "ended": incident.ended_at}
        kwargs["initial"] = known | now | {"shops": [str(pk) for pk in scope.shops]}
        super().__init__(data, files, **kwargs)
        for name in ("tables", "kinds", "actors", "hosts", "shops"):
            offered = getattr(choices, name)(incident)
            if offered:
                field_of(self, name, forms.MultipleChoiceField).choices = offered
            else:
                del self.fields[name]

    def clean(self) -> dict[str, object]:
        said = self.cleaned_data
        began, ended = said.get("began"), said.get("ended")
        if began and ended and ended <= began:
            self.add_error("ended", _("The end must be after the beginning."))
        if not any(said.get(name) for name in ("tables", "kinds", "actors", "hosts")):
            raise forms.ValidationError(
                _("Choose what was reached: records, kinds of data, staff, programs or parties.")
            )
        return said

    def scope(self) -> BreachScope:
        said = self.cleaned_data
        return BreachScope(
            began=said["began"],
            ended=said["ended"],
            tables=tuple(said.get("tables", ())),
            kinds=tuple(said.get("kinds", ())),
            actors=tuple(said.get("actors", ())),
            hosts=tuple(said.get("hosts", ())),
            shops=tuple(int(pk) for pk in said.get("shops", ())),
        )


class AssessForm(forms.Form):
    """One component of the severity, set by hand."""

    component = forms.ChoiceField(label=_("Component"), choices=Component)
    value = forms.DecimalField(label=_("Value"), max_digits=3, decimal_places=2, min_value=0)
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_NOBODY)

    def clean(self) -> dict[str, object]:
        said = self.cleaned_data
        value, component = said.get("value"), said.get("component")
        if component and isinstance(value, Decimal) and value not in ALLOWED[Component(component)]:
            allowed = ", ".join(f"{one:g}" for one in ALLOWED[Component(component)])
            self.add_error("value", _("ENISA's scale has these values: %s.") % allowed)
        return said


class ReportForm(forms.Form):
    """The authority was told."""

    told_at = forms.DateTimeField(label=_("Told at"), widget=_moment())
    reference = forms.CharField(
        label=_("File number"), max_length=120, required=False, help_text=_NOBODY
    )
    late_because = forms.CharField(
        label=_("Reasons for the delay"),
        widget=_text(),
        max_length=4000,
        required=False,
        help_text=_("Needed if the time was over by then (Art. 33(1) GDPR)."),
    )

    def clean_told_at(self) -> datetime:
        return _not_to_come(self.cleaned_data["told_at"])


class DecideForm(forms.Form):
    """Why nobody need be told. Both are kept; the authority may ask to see them."""

    no_report = forms.CharField(
        label=_("Why no report to the authority is needed"),
        widget=_text(),
        max_length=4000,
        required=False,
        help_text=_("Only where a risk to people is unlikely (Art. 33(1) GDPR)."),
    )
    no_letters = forms.CharField(
        label=_("Why no letters are needed"),
        widget=_text(),
        max_length=4000,
        required=False,
        help_text=_("Only without a high risk, or where Art. 34(3) GDPR says so."),
    )
