"""A merchant's own questions as form fields. None is ever required (collect.demographics-optional)."""

from collections.abc import Iterable
from typing import Unpack

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tradepost.audience.custom_fields import LONGEST_TEXT, parse_answer
from tradepost.audience.models import CustomField
from tradepost.audience.types import FieldKind
from tradepost.ui.form_options import FieldOptions, TextFieldOptions

PREFIX = "field_"


def field_for(question: CustomField) -> forms.Field:
    """The control that suits the kind of answer; always optional."""
    common: FieldOptions = {"label": question.label, "required": False}
    if question.kind == FieldKind.CHOICE:
        return forms.ChoiceField(
            choices=[("", "—"), *((choice, choice) for choice in question.choices)], **common
        )
    if question.kind == FieldKind.YES_NO:
        return forms.ChoiceField(choices=[("", "—"), ("yes", _("yes")), ("no", _("no"))], **common)
    if question.kind == FieldKind.DATE:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **common)
    if question.kind == FieldKind.NUMBER:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        return _Checked(question, max_length=40, widget=widget, **common)
    return _Checked(question, max_length=LONGEST_TEXT, **common)


def fields_for(questions: Iterable[CustomField]) -> dict[str, forms.Field]:
    return {f"{PREFIX}{question.key}": field_for(question) for question in questions}


def answers(cleaned: dict[str, object]) -> dict[str, object]:
    """The answers among a form's cleaned data, by the key of their question."""
    return {
        name.removeprefix(PREFIX): value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in cleaned.items()
        if name.startswith(PREFIX)
    }


def initial(kept: dict[str, object]) -> dict[str, object]:
    """What a form shows for the answers of a contact."""
    return {
        f"{PREFIX}{key}": ("yes" if value else "no") if isinstance(value, bool) else value
        for key, value in kept.items()
    }


class _Checked(forms.CharField):
    """Text that is checked by the same parser as imports and the API."""

    def __init__(self, question: CustomField, **options: Unpack[TextFieldOptions]) -> None:
        super().__init__(**options)
        self.question = question

    def clean(self, value: object) -> object:
        text = super().clean(value)
        try:
            parse_answer(self.question, text)
        except ValueError as error:
            raise ValidationError(str(error)) from None
        return text
