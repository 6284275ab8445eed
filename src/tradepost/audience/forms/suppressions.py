"""The list of addresses that are never written to: finding, adding, lifting."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tradepost.audience.suppressions import LARGEST_FILE
from tradepost.delivery.types import SuppressionReason
from tradepost.lib.addresses import InvalidEmail, normalise_email

ADDABLE = (
    SuppressionReason.UNSUBSCRIBE,
    SuppressionReason.BOUNCE,
    SuppressionReason.COMPLAINT,
    SuppressionReason.MANUAL,
)


class FindSuppressionForm(forms.Form):
    """Only hashes are kept, so an address is found as a whole or not at all."""

    q = forms.CharField(label=_("Whole address"), required=False, max_length=254)
    cause = forms.ChoiceField(
        label=_("Cause"),
        required=False,
        choices=[("", _("any")), *SuppressionReason.choices],
    )

    def clean_q(self) -> str:
        text: str = self.cleaned_data["q"]
        try:
            return normalise_email(text) if text else ""
        except InvalidEmail:
            raise forms.ValidationError(
                _("Type the whole address: only its fingerprint is kept, so a part finds nothing.")
            ) from None


class AddSuppressionsForm(forms.Form):
    """Pasted or uploaded; what cannot be read is named, line by line."""

    addresses = forms.CharField(
        label=_("Addresses, one a line"),
        required=False,
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("CSV or text with an address in each line; other columns are ignored."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv"}),
    )
    cause = forms.ChoiceField(label=_("Cause"), choices=[(one.value, one.label) for one in ADDABLE])

    def clean_file(self) -> object:
        given = self.cleaned_data.get("file")
        if given and given.size > LARGEST_FILE:
            raise forms.ValidationError(
                _("The file is larger than 10 MB. Divide it and add the parts one after the other.")
            )
        return given

    def clean(self) -> dict[str, object]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not given.get("file") and not given.get("addresses", "").strip():
            self.add_error("addresses", _("Paste addresses, or choose a file."))
        if not self.errors and given.get("file") and given.get("addresses", "").strip():
            self.add_error(
                "addresses", _("Add one after the other: pasted addresses, then the file.")
            )
        return given

    def content(self) -> bytes:
        """The file, or what was pasted where there is none; read no further than the limit."""
        given = self.cleaned_data.get("file")
        typed: str = self.cleaned_data["addresses"]
        return bytes(given.read(LARGEST_FILE)) if given else typed.encode()


class LiftForm(forms.Form):
    """Why this address may be written to again; kept in the activity record."""

    key = forms.CharField(widget=forms.HiddenInput, min_length=32, max_length=32)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Kept in the activity record: “the mailbox was full and is mended”."),
    )

    def clean_reason(self) -> str:
        text: str = self.cleaned_data["reason"]
        if "@" in text:  # the activity record names no address
            raise forms.ValidationError(_("Say the reason without an address."))
        return text
