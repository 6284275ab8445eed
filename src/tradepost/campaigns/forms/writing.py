"""What may be typed about a campaign."""

from collections.abc import Mapping
from typing import Any, ClassVar, Unpack, override

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_scopes.forms import SafeModelChoiceField

from tradepost.audience.models import ContactList, Segment
from tradepost.campaigns.appearance import look_of, sending_settings
from tradepost.campaigns.compose.letter import Draft, Letter, write
from tradepost.campaigns.models import Campaign, Picture, SendingSettings
from tradepost.campaigns.recipients import known_fields
from tradepost.campaigns.types import BodyFormat, Frame
from tradepost.lib.addresses import InvalidEmail, normalise_email
from tradepost.merchants.models import Merchant
from tradepost.ui.form_options import FormData, FormFiles, ModelFormOptions

_LIST, _SEGMENT = "list:", "segment:"


class CampaignForm(forms.ModelForm[Campaign]):
    """The editor. A draft may be half done: only what could not be stored is an error here."""

    to = forms.ChoiceField(label=gettext_lazy("Goes to"), required=False)

    class Meta:
        model = Campaign
        fields: ClassVar = [
            *("name", "subject", "preheader", "from_name", "reply_to"),
            *("body_format", "frame", "body", "text"),
        ]
        widgets: ClassVar = {
            "body": forms.Textarea(
                attrs={"rows": 18, "class": "letter-body", "spellcheck": "true"}
            ),
            "text": forms.Textarea(attrs={"rows": 6}),
        }

    def __init__(
        self,
        merchant: Merchant,
        data: FormData | None = None,
        files: FormFiles | None = None,
        **kwargs: Unpack[ModelFormOptions[Campaign]],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.merchant = merchant
        self.fields["name"].required = False
        self._lists = list(ContactList.objects.filter(merchant=merchant))
        self._segments = list(Segment.objects.filter(merchant=merchant))
        self.fields["to"].choices = self._destinations()  # type: ignore[attr-defined]  # a choice field
        if self.instance.contact_list:
            self.initial["to"] = f"{_LIST}{self.instance.contact_list.public_id}"
        elif self.instance.segment:
            self.initial["to"] = f"{_SEGMENT}{self.instance.segment.public_id}"

    def _destinations(self) -> list[tuple[object, object]]:
        lists = [(f"{_LIST}{row.public_id}", row.name) for row in self._lists]
        segments = [(f"{_SEGMENT}{row.public_id}", row.name) for row in self._segments]
        return [("", _("Choose later")), (_("Lists"), lists), (_("Segments"), segments)]

    def clean_reply_to(self) -> str:
        typed: str = self.cleaned_data["reply_to"]
        try:
            return normalise_email(typed) if typed else ""
        except InvalidEmail:
            raise forms.ValidationError(_("This is no e-mail address.")) from None

    def letter(self) -> Letter:
        """As it stands on the page. What is wrong with it stops sending; it never stops saving."""
        typed: Mapping[str, Any] = self.data if self.is_bound else self.initial
        return write(
            Draft(
                subject=typed.get("subject", ""),
                preheader=typed.get("preheader", ""),
                body=typed.get("body", ""),
                body_format=self._chosen(typed, "body_format", BodyFormat),
                frame=self._chosen(typed, "frame", Frame),
                text=typed.get("text", ""),
                look=look_of(self.merchant, sending_settings(self.merchant)),
                known=known_fields(self.merchant),
            )
        )

    @staticmethod
    def _chosen(typed: Mapping[str, object], name: str, among: type[TextChoices]) -> str:
        value = str(typed.get(name, ""))
        return value if value in among.values else str(among.values[0])

    def put(self, texts: Mapping[str, str]) -> None:
        """Show these texts in place of what was typed."""
        self.data = {**dict(self.data.items()), **texts}

    def values(self) -> dict[str, Any]:
        """For ``actions.write``: all that could be read, whatever else could not.

        The chosen list or segment stands in place of ``to``; a letter without a name gets one.
        """
        values = {
            name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data
        }
        if not values.get("name"):
            values["name"] = values.get("subject", "")[:120] or _("Letter without a name")
        if "to" not in self.cleaned_data:
            return values
        to = self.cleaned_data["to"]
        values["contact_list"] = next(
            (row for row in self._lists if to == f"{_LIST}{row.public_id}"), None
        )
        values["segment"] = next(
            (row for row in self._segments if to == f"{_SEGMENT}{row.public_id}"), None
        )
        return values


class ColourInput(forms.ColorInput):
    """A colour is always chosen; HTML allows it neither ``required`` nor a length."""

    @override
    def use_required_attribute(self, initial: object) -> bool:
        return False

    def get_context(
        self, name: str, value: object, attrs: dict[str, object] | None
    ) -> dict[str, object]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"].pop("maxlength", None)
        return context


class SendingSettingsForm(forms.ModelForm[SendingSettings]):
    class Meta:
        model = SendingSettings
        fields: ClassVar = ["from_name", "reply_to", "accent", "logo", "measuring"]
        field_classes: ClassVar = {"logo": SafeModelChoiceField}
        widgets: ClassVar = {
            "accent": ColourInput,
            "measuring": forms.RadioSelect,
        }

    def __init__(
        self,
        merchant: Merchant,
        data: FormData | None = None,
        files: FormFiles | None = None,
        **kwargs: Unpack[ModelFormOptions[SendingSettings]],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["logo"].queryset = Picture.objects.filter(merchant=merchant)  # type: ignore[attr-defined]  # a choice field
        self.fields["logo"].empty_label = _("No picture: the name of the shop as text")  # type: ignore[attr-defined]  # a choice field


class PictureForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Picture"),
        help_text=gettext_lazy("JPEG, PNG, GIF or WebP, at most 12 MB. Metadata is removed."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*"}),
    )
    alt = forms.CharField(
        label=gettext_lazy("Description for people who do not see it"), max_length=200
    )
