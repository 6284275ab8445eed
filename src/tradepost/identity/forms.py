import zoneinfo
from typing import Unpack

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tradepost.identity.models import User
from tradepost.ui.form_options import FormData, FormFiles, ModelFormOptions


def time_zones() -> list[tuple[str, str]]:
    """Zones by the names people look for; the old aliases are left out."""
    kept = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian"}
    names = sorted(
        name
        for name in zoneinfo.available_timezones()
        if name.partition("/")[0] in kept | {"Pacific"}
    )
    return [(name, name.replace("_", " ")) for name in ["UTC", *names]]


class DetailsForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ("name", "language", "time_zone")

    def __init__(
        self,
        data: FormData | None = None,
        files: FormFiles | None = None,
        **kwargs: Unpack[ModelFormOptions[User]],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        for name, choices in {
            "language": settings.LANGUAGES,
            "time_zone": time_zones(),
        }.items():
            self.fields[name] = forms.ChoiceField(
                label=self.fields[name].label, choices=choices, initial=self.initial.get(name)
            )


class LinkRequestForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
