"""Uploading a file and saying what its columns are."""

from typing import Any, Unpack

from django import forms
from django.utils.translation import gettext_lazy as _

from tradepost.audience.imports.history import MEANINGS
from tradepost.audience.imports.mapping import targets
from tradepost.audience.models import ContactList, CustomField, Import
from tradepost.ui.form_options import BoundFormOptions, field_of


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, XLSX, XLS or ODS; one person a row, with a column of e-mail addresses."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xlsm,.xls,.ods"}),
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
        *,
        unknown_words: list[str],
        charsets: list[tuple[str, str]],
        **options: Unpack[BoundFormOptions],
    ) -> None:
        super().__init__(**options)
        self.lists = lists
        self._offer_charsets(run, charsets)
        self._ask_about(unknown_words)
        field_of(self, "contact_list", forms.ChoiceField).choices = [
            ("", _("no list")),
            *((key, one.name) for key, one in lists.items()),
        ]
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

    def _offer_charsets(self, run: Import, charsets: list[tuple[str, str]]) -> None:
        """Only where the file does not say for certain how its letters are written."""
        if len(charsets) > 1:
            self.fields["charset"] = forms.ChoiceField(
                label=_("How the letters are written"),
                help_text=_(
                    "The file does not say it. Choose the line in which all names read right; the first "
                    "is our guess."
                ),
                choices=charsets,
                initial=run.charset,
                widget=forms.RadioSelect,
            )

    def _ask_about(self, words: list[str]) -> None:
        self.statuses = {}
        for number, word in enumerate(words):
            name = f"status_{number}"
            self.statuses[name] = word
            self.fields[name] = forms.ChoiceField(
                label=_("Status “%(word)s” means") % {"word": word}
                if word
                else _("No status means"),
                choices=[("", "–"), *MEANINGS],
            )

    def clean(self) -> dict[str, object]:
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
            "charset": given.get("charset", ""),
            "status_words": {word: given[name] for name, word in self.statuses.items()},
        }

    @property
    def status_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.statuses]

    @property
    def column_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.columns]
