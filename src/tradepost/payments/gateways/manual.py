"""What all ways of paying have in common that no provider stands behind: the merchant sees the money."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tradepost.lib.money import Money
from tradepost.payments.models import GatewayAccount, PaymentIntent, Refund
from tradepost.payments.types import (
    BadSignature,
    EventKind,
    Fact,
    PaymentRefused,
    ProviderConnection,
    ProviderMessage,
)
from tradepost.ui.form_options import FormData


class ManualGateway:
    """A way of paying of this kind names itself, its form, and what it tells the buyer."""

    name: str
    label: str | Promise
    help: str | Promise
    form_class: ClassVar[type[forms.Form]]
    redirects = False
    manual = True
    needs_delivery = False

    def form(self, account: GatewayAccount, data: FormData | None = None) -> forms.Form:
        return self.form_class(data, initial={"enabled": account.enabled, **account.settings})

    def store(self, account: GatewayAccount, form: forms.Form) -> None:
        values = dict(form.cleaned_data)
        account.enabled = values.pop("enabled")
        account.settings = values

    def keep_typed(self, account: GatewayAccount, form: forms.Form) -> None:
        return None

    def connection(self, account: GatewayAccount) -> ProviderConnection | None:
        return None

    def begin_test(self, account: GatewayAccount, mark: str, base_url: str) -> None:
        """Raises: PaymentRefused; there is nobody to ask."""
        raise PaymentRefused(_("No provider stands behind this way of paying."))

    def is_ready(self, account: GatewayAccount) -> bool:
        return True

    def why_not(self, amount: Money) -> str:
        return ""

    def days_to_pay(self, account: GatewayAccount) -> int | None:
        return None

    def checkout_label(self, account: GatewayAccount) -> str:
        return str(self.label)

    def page_origins(self) -> tuple[str, ...]:
        return ()

    def open_page(
        self, account: GatewayAccount, intent: PaymentIntent, base_url: str, until: datetime
    ) -> None:
        """Raises: PaymentRefused; there is no page to go to."""
        raise PaymentRefused(_("This way of paying has no payment page."))

    def close_page(self, account: GatewayAccount, intent: PaymentIntent) -> None:
        return None

    def find_out(self, account: GatewayAccount, intent: PaymentIntent) -> list[Fact]:
        return []

    def refund(self, account: GatewayAccount, refund: Refund) -> Fact:
        """Nothing moves by itself: it waits until the merchant has paid it back and says so."""
        return Fact(kind=EventKind.PENDING, fact_id=f"pending:{refund.public_id}")

    def read_webhook(
        self, account: GatewayAccount, body: bytes, headers: Mapping[str, str]
    ) -> ProviderMessage:
        """Raises: BadSignature; nobody sends any."""
        raise BadSignature


def amount_row(intent: PaymentIntent) -> tuple[str, str]:
    """What is to be paid, for the instructions, in the reader's way of writing it."""
    return _("Amount"), intent.amount.format(get_language() or intent.language)
