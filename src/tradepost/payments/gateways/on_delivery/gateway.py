from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tradepost.payments.models import GatewayAccount, PaymentIntent, Refund
from tradepost.payments.types import (
    BadSignature,
    EventKind,
    Fact,
    Instructions,
    Notice,
    PaymentRefused,
)


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


class OnDelivery:
    name = "on_delivery"
    label = gettext_lazy("Payment on delivery")
    help = gettext_lazy("The customer pays when the goods arrive; you mark the order as paid.")
    redirects = False
    manual = True

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

    def open_page(
        self, account: GatewayAccount, intent: PaymentIntent, base_url: str, until: datetime
    ) -> None:
        """Raises: PaymentRefused; there is no page to go to."""
        raise PaymentRefused(_("You pay when the goods arrive."))

    def find_out(self, account: GatewayAccount, intent: PaymentIntent) -> list[Fact]:
        return []

    def refund(self, account: GatewayAccount, refund: Refund) -> Fact:
        """The merchant has given the money back by hand and says so."""
        return Fact(
            kind=EventKind.REFUNDED,
            fact_id=f"refunded:{refund.pk}",
            amount_minor=refund.amount_minor,
        )

    def read_webhook(
        self, account: GatewayAccount, body: bytes, headers: Mapping[str, str]
    ) -> Notice:
        """Raises: BadSignature; nobody sends any."""
        raise BadSignature
