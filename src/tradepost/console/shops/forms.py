"""Forms of what the operator does to one shop. They name nobody."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tradepost.delivery.actions.sending_limits import LARGEST
from tradepost.merchants.types import ShopStanding


class FindShopForm(forms.Form):
    """Search of the list of shops."""

    q = forms.CharField(
        label=_("Name, handle, or an owner’s whole address"), max_length=120, required=False
    )
    standing = forms.ChoiceField(
        label=_("State"), choices=[("", _("all")), *ShopStanding.choices], required=False
    )


class ReasonForm(forms.Form):
    """Why; the shop reads it."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=20,
        max_length=300,
        help_text=_(
            "The shop reads it, in its mail and in its office. Name nobody, and no address."
        ),
    )

    def clean_reason(self) -> str:
        text: str = self.cleaned_data["reason"]
        if "@" in text:
            raise forms.ValidationError(_("Leave addresses out: the reason is kept in the record."))
        return text


class ShopLimitForm(forms.Form):
    """How fast a shop's mailings may leave."""

    per_minute = forms.IntegerField(
        label=_("Messages a minute"),
        min_value=1,
        max_value=LARGEST,
        required=False,
        help_text=_("Of all its campaigns together. Empty: no limit."),
    )
