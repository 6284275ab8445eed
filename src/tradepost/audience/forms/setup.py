"""Lists, custom fields and opt-in forms: what a merchant sets up."""

import re
from typing import Any, Unpack

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_scopes.forms import SafeModelChoiceField

from tradepost.audience.fields.table import ADDRESS, FIELD_NAMES
from tradepost.audience.models import ContactList, CustomField, OptInForm
from tradepost.audience.types import FieldKind, OptInWords
from tradepost.ui.form_options import BoundModelFormOptions, field_of

_KEY = re.compile(r"[a-z](_?[a-z0-9])*")
# Lookups and columns of our own: a field of this name could not be asked for.
_TAKEN = {
    ADDRESS.name, *FIELD_NAMES, "exact", "iexact", "contains", "icontains", "contained", "by",
    "has", "key", "keys", "gt", "gte", "lt", "lte", "in", "isnull", "range", "regex", "iregex",
    "startswith", "istartswith", "endswith", "iendswith", "search", "list", "consent", "tracking",
}  # fmt: skip


class ListForm(forms.ModelForm[ContactList]):
    class Meta:
        model = ContactList
        fields = ("name", "description", "is_public")


class CustomFieldForm(forms.ModelForm[CustomField]):
    choices_text = forms.CharField(
        label=_("Possible answers"),
        help_text=_("One a line; only for a choice."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    class Meta:
        model = CustomField
        fields = ("label", "key", "kind")
        help_texts = {"key": _("Small letters, digits and _; cannot be changed later: birth_year")}

    def __init__(self, **options: Unpack[BoundModelFormOptions[CustomField]]) -> None:
        super().__init__(**options)
        self.fields["choices_text"].initial = "\n".join(self.instance.choices or [])
        if self.instance.pk:
            self.fields["key"].disabled = self.fields["kind"].disabled = True

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"])
        if not self.instance.pk and (not _KEY.fullmatch(key) or key in _TAKEN):
            raise ValidationError(_("This name cannot be used; try birth_year, or shop_name."))
        return key

    def clean(self) -> dict[str, object]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        lines = str(given.get("choices_text", "")).splitlines()
        given["choices"] = list(dict.fromkeys(line.strip()[:120] for line in lines if line.strip()))
        if given.get("kind") == FieldKind.CHOICE and len(given["choices"]) < 2:
            self.add_error("choices_text", _("A choice needs two answers at least."))
        return given


class OptInFormForm(forms.ModelForm[OptInForm]):
    """The builder. A changed consent text becomes a new version; old consents keep the old one."""

    consent_text = forms.CharField(
        label=_("What people agree to"),
        help_text=_("Say who writes, what about, how often, and that leaving is easy."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    tracking_text = forms.CharField(
        label=_("Separate consent to measuring opens and clicks"),
        help_text=_("Empty: people are not asked, and nothing is measured per person."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    asked_fields = forms.MultipleChoiceField(
        label=_("Also ask"),
        help_text=_("Answering is always optional."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = OptInForm
        fields = (
            "name",
            "contact_list",
            "heading",
            "introduction",
            "asks_name",
            "success_text",
            "is_open",
        )
        field_classes = {"contact_list": SafeModelChoiceField}

    field_order = (
        *("name", "contact_list", "heading", "introduction", "consent_text", "tracking_text"),
        *("asks_name", "asked_fields", "success_text", "is_open"),
    )

    def __init__(
        self,
        lists: QuerySet[ContactList],
        asked: list[CustomField],
        **options: Unpack[BoundModelFormOptions[OptInForm]],
    ) -> None:
        super().__init__(**options)
        field_of(self, "contact_list", forms.ModelChoiceField).queryset = lists
        offered = field_of(self, "asked_fields", forms.MultipleChoiceField)
        offered.choices = [(one.key, one.label) for one in asked]
        offered.initial = self.instance.field_keys
        if not asked:
            del self.fields["asked_fields"]
        if self.instance.pk:
            self.fields["consent_text"].initial = self.instance.wording.text
            tracking = self.instance.tracking_wording
            self.fields["tracking_text"].initial = tracking.text if tracking else ""

    @property
    def values(self) -> OptInWords:
        given = dict(self.cleaned_data)
        return {
            "consent_text": given.pop("consent_text"),
            "tracking_text": given.pop("tracking_text"),
            "field_keys": given.pop("asked_fields", []),
            "settings": given,
        }
