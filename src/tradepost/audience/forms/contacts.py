"""What staff fill in about contacts."""

from collections.abc import Mapping
from typing import Any, Unpack

from django import forms
from django.utils.translation import gettext_lazy as _

from tradepost.audience.contacts import question_fields
from tradepost.audience.fields.forms import asks_contact_fields, said_in
from tradepost.audience.models import ContactList, CustomField, Segment
from tradepost.audience.types import MembershipState
from tradepost.ui.form_options import BoundFormOptions, FormData, field_of


@asks_contact_fields(after="email")
class ContactForm(forms.Form):
    """A contact's own data. Being a contact is no consent."""

    email = forms.CharField(label=_("E-mail address"), max_length=254)

    def __init__(self, asked: list[CustomField], **options: Unpack[BoundFormOptions]) -> None:
        super().__init__(**options)
        self.fields.update(question_fields.fields_for(asked))

    @property
    def said(self) -> dict[str, str]:
        return said_in(self)

    @property
    def answers(self) -> dict[str, object]:
        return question_fields.answers(self.cleaned_data)


class SubscribeByHandForm(forms.Form):
    """Puts a contact on a list; says where the consent comes from, or nothing happens."""

    contact_list = forms.ChoiceField(label=_("List"))
    consent_text = forms.CharField(
        label=_("Where the consent comes from"),
        help_text=_("For example: “Signed the card at the market stall on 3 May 2026.”"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, lists: dict[str, ContactList], **options: Unpack[BoundFormOptions]) -> None:
        super().__init__(**options)
        field_of(self, "contact_list", forms.ChoiceField).choices = [
            (key, one.name) for key, one in lists.items()
        ]
        self.lists = lists

    @property
    def chosen(self) -> ContactList:
        return self.lists[self.cleaned_data["contact_list"]]


class NewContactForm(ContactForm):
    """Adding by hand: with a list, the source of the consent must be stated."""

    def __init__(
        self,
        asked: list[CustomField],
        lists: dict[str, ContactList],
        **options: Unpack[BoundFormOptions],
    ) -> None:
        super().__init__(asked, **options)
        self.lists = lists
        self.fields["contact_list"] = forms.ChoiceField(
            label=_("Put on the list"),
            required=False,
            choices=[("", _("none: only keep the address")), *_named(lists)],
        )
        self.fields["consent_text"] = forms.CharField(
            label=_("Where the consent comes from"),
            help_text=_("Needed for a list: when and how did this person say yes?"),
            required=False,
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def clean(self) -> dict[str, object]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("contact_list") and not given.get("consent_text", "").strip():
            self.add_error("consent_text", _("Say where the consent comes from."))
        return given

    @property
    def chosen(self) -> ContactList | None:
        return self.lists.get(self.cleaned_data["contact_list"])


class FindContactsForm(forms.Form):
    """Search and filters of the contact list; lives in the address."""

    q = forms.CharField(label=_("Search"), max_length=100, required=False)
    list = forms.ChoiceField(label=_("List"), required=False)
    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("all")), *MembershipState.choices], required=False
    )
    segment = forms.ChoiceField(label=_("Segment"), required=False)

    def __init__(
        self,
        lists: Mapping[str, ContactList],
        segments: Mapping[str, Segment],
        data: FormData | None,
    ) -> None:
        super().__init__(data)
        for name, rows in (("list", lists), ("segment", segments)):
            field_of(self, name, forms.ChoiceField).choices = [("", _("all")), *_named(rows)]

    def filters(self) -> dict[str, str]:
        """What is filled in and valid; a filter that no longer exists is left out."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def _named(rows: Mapping[str, ContactList | Segment]) -> list[tuple[str, str]]:
    return [(key, row.name) for key, row in rows.items()]
