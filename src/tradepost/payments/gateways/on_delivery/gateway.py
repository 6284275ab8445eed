from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.payments.gateways.manual import ManualGateway, amount_row
from tradepost.payments.models import GatewayAccount, PaymentIntent
from tradepost.payments.types import Instructions


class OnDeliveryForm(forms.Form):
    enabled = forms.BooleanField(
        label=gettext_lazy("Offer payment on delivery at the checkout"), required=False
    )
    wording = forms.CharField(
        label=gettext_lazy("What the customer reads"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Empty: “Please have the amount ready when the goods arrive.”"),
    )


class OnDelivery(ManualGateway):
    name = "on_delivery"
    label = gettext_lazy("Payment on delivery")
    help = gettext_lazy("The customer pays when the goods arrive; you mark the order as paid.")
    needs_delivery = True
    form_class = OnDeliveryForm

    def checkout_label(self, account: GatewayAccount) -> str:
        return _("On delivery")

    def instructions(self, account: GatewayAccount, intent: PaymentIntent) -> Instructions:
        own = str(account.settings.get("wording") or "")
        return Instructions(
            text=own or _("Please have the amount ready when the goods arrive."),
            rows=(amount_row(intent),),
        )
