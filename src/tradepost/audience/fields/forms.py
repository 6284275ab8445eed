"""The fields of a contact in forms."""

from collections.abc import Callable

from django import forms

from tradepost.audience.fields.table import CONTACT_FIELDS, ContactField
from tradepost.ui.form_options import FieldOptions


def control_of(field: ContactField, *, public: bool = False) -> forms.Field:
    """The control that suits a field; never required. ``public``: people fill it in themselves."""
    common: FieldOptions = {"label": field.label, "required": False}
    if field.choices:
        return forms.ChoiceField(choices=[("", "—"), *field.choices()], **common)
    autocomplete = {"autocomplete": field.autocomplete} if public and field.autocomplete else {}
    widget = forms.TextInput(attrs=autocomplete)
    return forms.CharField(max_length=field.longest, widget=widget, **common)


def asks_contact_fields[Kind: type[forms.Form]](
    *, after: str, public: bool = False
) -> Callable[[Kind], Kind]:
    """A class of forms asks every field of a contact after its own field ``after``."""

    def completed(form: Kind) -> Kind:
        fields: dict[str, forms.Field] = {}
        for name, field in form.base_fields.items():
            fields[name] = field
            if name == after:
                fields |= {one.name: control_of(one, public=public) for one in CONTACT_FIELDS}
        form.base_fields = form.declared_fields = fields
        return form

    return completed


def said_in(form: forms.Form) -> dict[str, str]:
    """What a valid form says, by the names of the fields that it asks."""
    given = form.cleaned_data
    return {one.name: given[one.name] for one in CONTACT_FIELDS if one.name in given}
