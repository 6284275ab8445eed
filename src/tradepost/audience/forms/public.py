"""What people fill in themselves: the opt-in form and their preferences."""

from typing import Unpack

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tradepost.audience.contacts import question_fields
from tradepost.audience.fields.forms import asks_contact_fields, control_of
from tradepost.audience.fields.table import NAME
from tradepost.audience.models import Contact, ContactList, CustomField, OptInForm
from tradepost.lib.addresses import InvalidEmail, normalise_email
from tradepost.ui.form_options import BoundFormOptions, FormData, FormFiles, FormOptions, field_of

HONEYPOT = "company_website"
_SALT = "audience.opt-in"
FASTEST_SECONDS = 2


class SubscribeForm(forms.Form):
    """Built for one opt-in form. The honeypot and the time are judged by ``is_machine``."""

    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = control_of(NAME, public=True)

    def __init__(
        self,
        optin: OptInForm,
        asked: list[CustomField],
        data: FormData | None = None,
        files: FormFiles | None = None,
        **options: Unpack[FormOptions],
    ) -> None:
        super().__init__(data, files, **options)
        if not optin.asks_name:
            del self.fields[NAME.name]
        self.fields.update(question_fields.fields_for(asked))
        self.fields["consent"] = forms.BooleanField(
            label=optin.wording.text,
            error_messages={"required": _("Without this tick we may not write to you.")},
        )
        if optin.tracking_wording:
            self.fields["tracking"] = forms.BooleanField(
                label=optin.tracking_wording.text, required=False
            )

    def clean_email(self) -> str:
        try:
            return normalise_email(self.cleaned_data["email"])
        except InvalidEmail:
            raise ValidationError(
                _("This is not an e-mail address; it looks like name@example.org.")
            ) from None

    def is_machine(self) -> bool:
        """Filled what people cannot see, or was quicker than anybody can type."""
        if self.data.get(HONEYPOT):
            return True
        stamp = self.data.get("opened", "")
        if not stamp:
            return False  # pasted HTML carries no time
        try:
            signing.loads(stamp, salt=_SALT, max_age=86_400)
        except signing.BadSignature:
            return False  # left open overnight, or mangled: no proof of a machine
        return _is_fresh(stamp)


def opened_now() -> str:
    """The signed time at which a hosted form was shown."""
    return signing.dumps("", salt=_SALT)


def _is_fresh(stamp: str) -> bool:
    try:
        signing.loads(stamp, salt=_SALT, max_age=FASTEST_SECONDS)
    except signing.SignatureExpired:
        return False
    return True


@asks_contact_fields(after="lists", public=True)
class PreferencesForm(forms.Form):
    """A person's own choices, behind the link in every mail."""

    lists = forms.MultipleChoiceField(
        label=_("What you receive"), required=False, widget=forms.CheckboxSelectMultiple
    )
    tracking = forms.BooleanField(
        label=_("You may measure which mails I open and which links I follow."), required=False
    )

    def __init__(
        self, contact: Contact, lists: list[ContactList], **options: Unpack[BoundFormOptions]
    ) -> None:
        super().__init__(**options)
        self.contact = contact
        field_of(self, "lists", forms.MultipleChoiceField).choices = [
            (one.public_id, _label(one)) for one in lists
        ]


def _label(one: ContactList) -> str:
    return f"{one.name}: {one.description}" if one.description else one.name
