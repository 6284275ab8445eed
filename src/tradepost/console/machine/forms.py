"""Forms about the machine."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tradepost.delivery.actions.sending_limits import LARGEST
from tradepost.lib.addresses import InvalidEmail, normalise_email


class DomainLimitForm(forms.Form):
    """How fast mailings may go to one mail domain."""

    domain = forms.CharField(
        label=_("Mail domain"),
        max_length=253,
        help_text=_("The part of addresses behind the @, such as gmail.com."),
    )
    per_minute = forms.IntegerField(
        label=_("Messages a minute"),
        min_value=1,
        max_value=LARGEST,
        required=False,
        help_text=_("Of all mailings together. Empty: no limit."),
    )

    def clean_domain(self) -> str:
        try:
            address = normalise_email(f"somebody@{self.cleaned_data['domain'].strip()}")
        except InvalidEmail:
            raise forms.ValidationError(_("That is no mail domain.")) from None
        return address.rpartition("@")[2]
