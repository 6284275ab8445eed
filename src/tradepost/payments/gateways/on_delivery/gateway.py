from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tradepost.payments.gateways.manual import ManualGateway
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

    def form(self, account: GatewayAccount, data: Any = None) -> forms.Form:
        return OnDeliveryForm(data, initial={"enabled": account.enabled, **account.settings})

    def store(self, account: GatewayAccount, form: forms.Form) -> None:
        account.enabled = form.cleaned_data["enabled"]
        account.settings = {"wording": form.cleaned_data["wording"]}

    def is_ready(self, account: GatewayAccount) -> bool:
        return True

    def days_to_pay(self, account: GatewayAccount) -> int | None:
        return None

    def checkout_label(self, account: GatewayAccount) -> str:
        return _("On delivery")

    def instructions(self, account: GatewayAccount, intent: PaymentIntent) -> Instructions:
        own = str(account.settings.get("wording") or "")
        return Instructions(
            text=own or _("Please have the amount ready when the goods arrive."),
            rows=((_("Amount"), intent.amount.format(get_language() or intent.language)),),
        )
