"""What may be typed about a campaign."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_scopes.forms import SafeModelChoiceField

from tradepost.audience.models import ContactList, Segment
from tradepost.campaigns.compose.letter import Draft, write
from tradepost.campaigns.looks import look_of, sending_settings
from tradepost.campaigns.models import Campaign, Picture, SendingSettings
from tradepost.campaigns.recipients import known_fields
from tradepost.merchants.models import Merchant

_LIST, _SEGMENT = "list:", "segment:"


class CampaignForm(forms.ModelForm[Campaign]):
    """The editor. What cannot be understood is said beside the field it stands in."""

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

    def __init__(self, merchant: Merchant, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merchant = merchant
        self._lists = list(ContactList.objects.filter(merchant=merchant))
        self._segments = list(Segment.objects.filter(merchant=merchant))
        self.fields["to"].choices = self._destinations()  # type: ignore[attr-defined]  # a choice field
        if self.instance.contact_list:
            self.initial["to"] = f"{_LIST}{self.instance.contact_list.public_id}"
        elif self.instance.segment:
            self.initial["to"] = f"{_SEGMENT}{self.instance.segment.public_id}"

    def _destinations(self) -> list[tuple[Any, Any]]:
        lists = [(f"{_LIST}{row.public_id}", row.name) for row in self._lists]
        segments = [(f"{_SEGMENT}{row.public_id}", row.name) for row in self._segments]
        return [("", _("Choose later")), (_("Lists"), lists), (_("Segments"), segments)]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        letter = write(self._draft(values))
        for name, sentences in letter.problems.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)
        return values

    def _draft(self, values: dict[str, Any]) -> Draft:
        return Draft(
            subject=values.get("subject", ""),
            preheader=values.get("preheader", ""),
            body=values.get("body", ""),
            body_format=values.get("body_format", ""),
            frame=values.get("frame", "letter"),
            text=values.get("text", ""),
            look=look_of(self.merchant, sending_settings(self.merchant)),
            known=known_fields(self.merchant),
        )

    def values(self) -> dict[str, Any]:
        """For ``actions.write``; the chosen list or segment in place of ``to``."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        to = self.cleaned_data.get("to", "")
        values["contact_list"] = next(
            (row for row in self._lists if to == f"{_LIST}{row.public_id}"), None
        )
        values["segment"] = next(
            (row for row in self._segments if to == f"{_SEGMENT}{row.public_id}"), None
        )
        return values


class ColourInput(forms.ColorInput):
    """A colour is always chosen; HTML allows it neither ``required`` nor a length."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
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

    def __init__(self, merchant: Merchant, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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
