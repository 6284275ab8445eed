from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import bic, iban
from stdnum.exceptions import ValidationError as NotValid


class BankTransferForm(forms.Form):
    """Where the money goes."""

    enabled = forms.BooleanField(label=_("Offer bank transfer at the checkout"), required=False)
    holder = forms.CharField(label=_("Account holder"), max_length=70)
    iban = forms.CharField(label=_("IBAN"), max_length=42)
    bic = forms.CharField(
        label=_("BIC"),
        max_length=14,
        required=False,
        help_text=_("Needed for payments from outside SEPA."),
    )
    days = forms.IntegerField(
        label=_("Days to pay"),
        min_value=1,
        max_value=90,
        initial=14,
        help_text=_(
            "Told to the customer. An order that is not paid by then is cancelled, and its goods are "
            "for sale again."
        ),
    )

    def clean_iban(self) -> str:
        try:
            return str(iban.validate(self.cleaned_data["iban"]))
        except NotValid:
            raise ValidationError(_("This is not a valid IBAN; check it digit by digit.")) from None

    def clean_bic(self) -> str:
        if not self.cleaned_data["bic"]:
            return ""
        try:
            return str(bic.validate(self.cleaned_data["bic"]))
        except NotValid:
            raise ValidationError(_("This is not a valid BIC.")) from None
