"""What people type to a shop, and what its desk types to them."""

import hashlib
import secrets
from typing import Unpack

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tradepost.identity.models import User
from tradepost.lib.addresses import InvalidEmail, normalise_email
from tradepost.support.attachments import checked
from tradepost.support.models import SavedReply
from tradepost.support.queries import ALL, MINE, NOBODYS
from tradepost.support.types import (
    LONGEST_TEXT,
    MOST_BYTES,
    ConversationState,
    FileRefused,
    GivenFile,
)
from tradepost.ui.form_options import BoundFormOptions, field_of

HONEYPOT = "company_website"
_SALT = "support.form"
STATES = [(state.value, state.label) for state in ConversationState] + [(ALL, _("All"))]


def new_stamp() -> str:
    """One for each form that is shown: sent twice, it is the same message."""
    return signing.dumps(secrets.token_hex(8), salt=_SALT)


def arrival_key_of(stamp: str, place: str) -> str:
    """Empty for a stamp that is not ours: then nothing tells a second sending from a second message."""
    try:
        nonce = signing.loads(stamp, salt=_SALT)
    except signing.BadSignature:
        return ""
    return hashlib.sha256(f"{place}\0{nonce}".encode()).hexdigest()


class FilesInput(forms.ClearableFileInput):
    """Takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """The files of one message, looked into: a list of :class:`GivenFile`."""

    widget = FilesInput

    def clean(
        self,
        data: object,
        initial: object = None,  # noqa: ARG002  Django's signature
    ) -> list[GivenFile]:
        """Raises: ValidationError, which names the file."""
        given = data if isinstance(data, list | tuple) else [data]
        files = [file for file in given if isinstance(file, UploadedFile)]
        if sum(file.size or 0 for file in files) > MOST_BYTES:
            raise ValidationError(_("The files are too large together."))
        try:
            return checked(
                [GivenFile(name=file.name or "", content=file.read()) for file in files], MOST_BYTES
            )
        except FileRefused as refusal:
            raise ValidationError(f"{refusal.name}: {refusal.in_words}") from None


class AddressField(forms.CharField):
    """An e-mail address in the one spelling that rows know."""

    widget = forms.EmailInput(attrs={"autocomplete": "email"})

    def clean(self, value: object) -> str:
        """Raises: ValidationError."""
        given = str(super().clean(value))
        try:
            return normalise_email(given)
        except InvalidEmail:
            said = _("This is not an e-mail address; it looks like name@example.org.")
            raise ValidationError(said) from None


class _MessageForm(forms.Form):
    """What every message is made of."""

    text = forms.CharField(
        label=_("Message"), widget=forms.Textarea(attrs={"rows": 8}), max_length=LONGEST_TEXT
    )
    attached = FilesField(
        label=_("Files"),
        required=False,
        help_text=_(
            "Pictures, PDF, texts or documents, up to 3 MB together. Please send no passwords or card numbers."
        ),
    )


class WriteToShopForm(_MessageForm):
    """A stranger writes to a shop; no account is needed."""

    email = AddressField(
        label=_("Your e-mail address"), max_length=254, help_text=_("The answer goes there.")
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    subject = forms.CharField(label=_("What is it about?"), max_length=200)
    field_order = ("email", "name", "subject", "text", "attached")

    def is_machine(self) -> bool:
        """Filled what people cannot see."""
        return bool(self.data.get(HONEYPOT))


class QuestionForm(_MessageForm):
    """A member asks the operator."""

    subject = forms.CharField(label=_("What is it about?"), max_length=200)
    field_order = ("subject", "text", "attached")


class ThreadForm(_MessageForm):
    """The person writes again, on the page of the matter."""


class DeskAnswerForm(_MessageForm):
    """The desk answers, or writes a note: the button says which."""


class TagsForm(forms.Form):
    """The words by which the desk finds a conversation again."""

    tags = forms.CharField(
        label=_("Tags"),
        max_length=400,
        required=False,
        help_text=_("Separated by commas, such as: return, leather care"),
    )


class AssignForm(forms.Form):
    """Who of the team answers."""

    to = forms.ChoiceField(label=_("Answered by"), required=False)

    def __init__(self, team: list[User], **options: Unpack[BoundFormOptions]) -> None:
        super().__init__(**options)
        self._team = {str(user.pk): user for user in team}
        names = [(key, user.name or user.email) for key, user in self._team.items()]
        field_of(self, "to", forms.ChoiceField).choices = [("", _("nobody yet")), *names]

    @property
    def member(self) -> User | None:
        return self._team.get(self.cleaned_data["to"])


class QueueForm(forms.Form):
    """Narrows the queue."""

    q = forms.CharField(label=_("Number or e-mail address"), max_length=254, required=False)
    whose = forms.ChoiceField(
        label=_("Answered by"),
        required=False,
        choices=[("", _("anybody")), (MINE, _("me")), (NOBODYS, _("nobody yet"))],
    )
    tag = forms.CharField(label=_("Tag"), max_length=40, required=False)


class SavedReplyForm(forms.ModelForm[SavedReply]):
    """Words for anybody who asks the same."""

    class Meta:
        model = SavedReply
        fields = ("title", "text")
        help_texts = {"text": _("For anybody who asks the same; name nobody.")}
