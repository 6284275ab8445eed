"""Uploading a file and saying what its columns are."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tradepost.audience.imports.mapping import targets
from tradepost.audience.models import ContactList, CustomField, Import


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, XLSX or XLS; one person a row, with a column of e-mail addresses."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls"}),
    )


class MappingForm(forms.Form):
    """One select per column, then where the people go and on the strength of what."""

    contact_list = forms.ChoiceField(
        label=_("Put everybody on the list"),
        required=False,
        help_text=_("Without a list, contacts are kept but not written to."),
    )
    consent_text = forms.CharField(
        label=_("Where the consents come from"),
        required=False,
        max_length=1000,
        help_text=_(
            "Kept with every consent as evidence. For example: “Ticked ‘send me news’ in our old shop, "
            "2022 to 2026.”"
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    rule = forms.ChoiceField(label=_("Contacts that you have already"), choices=Import.Rule.choices)

    def __init__(
        self,
        run: Import,
        questions: list[CustomField],
        lists: dict[str, ContactList],
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.lists = lists
        offered: Any = self.fields["contact_list"]
        offered.choices = [("", _("no list")), *((key, one.name) for key, one in lists.items())]
        choices = targets(questions)
        self.columns = []
        for number, title in enumerate(run.header):
            name = f"column_{number}"
            self.fields[name] = forms.ChoiceField(
                label=title,
                choices=choices,
                required=False,
                initial=run.mapping.get(str(number), ""),
            )
            self.columns.append(name)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = [given.get(name) for name in self.columns if given.get(name)]
        if "email" not in chosen:
            self.add_error(None, _("Say which column holds the e-mail address."))
        if len(chosen) != len(set(chosen)):
            self.add_error(None, _("Two columns cannot become the same thing."))
        if given.get("contact_list") and not given.get("consent_text", "").strip():
            self.add_error(
                "consent_text",
                _("Nobody goes on a list without a consent. Say where the consents come from."),
            )
        return given

    @property
    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        mapping = {
            name.removeprefix("column_"): given[name] for name in self.columns if given[name]
        }
        return {
            "mapping": mapping,
            "rule": given["rule"],
            "contact_list": self.lists.get(given["contact_list"]),
            "consent_text": given["consent_text"],
        }

    @property
    def column_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.columns]
