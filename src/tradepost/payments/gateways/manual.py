"""What all ways of paying have in common that no provider stands behind: the merchant sees the money."""

from collections.abc import Mapping
from datetime import datetime

from django import forms
from django.utils.translation import gettext as _

from tradepost.lib.money import Money
from tradepost.payments.models import GatewayAccount, PaymentIntent, Refund
from tradepost.payments.types import (
    BadSignature,
    Connection,
    EventKind,
    Fact,
    Notice,
    PaymentRefused,
)


class ManualGateway:
    redirects = False
    manual = True
    needs_delivery = False

    def keep_typed(self, account: GatewayAccount, form: forms.Form) -> None:
        return None

    def connection(self, account: GatewayAccount) -> Connection | None:
        return None

    def begin_test(self, account: GatewayAccount, mark: str, base_url: str) -> None:
        """Raises: PaymentRefused; there is nobody to ask."""
        raise PaymentRefused(_("No provider stands behind this way of paying."))

    def why_not(self, amount: Money) -> str:
        return ""

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
    ) -> Notice:
        """Raises: BadSignature; nobody sends any."""
        raise BadSignature
