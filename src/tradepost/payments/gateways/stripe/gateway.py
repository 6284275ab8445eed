"""Stripe: a hosted Checkout Session for each payment, facts from webhooks, answers and comparisons."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.lib.money import Money
from tradepost.payments.gateways.sealed import seal_draft, take_draft
from tradepost.payments.gateways.stripe import amounts, connection, facts, webhook
from tradepost.payments.gateways.stripe.client import page_origins, stripe_client
from tradepost.payments.gateways.stripe.forms import DRAFT, SECRETS, StripeForm
from tradepost.payments.models import GatewayAccount, PaymentIntent, Refund
from tradepost.payments.types import (
    EventKind,
    Fact,
    Instructions,
    ProviderConnection,
    ProviderMessage,
)
from tradepost.ui.form_options import FormData

_LOCALES = {"en", "de", "fr", "es", "it", "nl", "pl", "pt", "da", "sv", "fi", "cs"}


class StripeGateway:
    name = "stripe"
    label = gettext_lazy("Card and more (Stripe)")
    help = gettext_lazy(
        "The customer pays on Stripe's own page; the order is marked paid by itself."
    )
    redirects = True
    manual = False
    needs_delivery = False

    def form(self, account: GatewayAccount, data: FormData | None = None) -> forms.Form:
        return StripeForm(account, data, initial={"enabled": account.enabled})

    def store(self, account: GatewayAccount, form: forms.Form) -> None:
        """Other secrets have to be proven anew."""
        given = form.cleaned_data
        account.enabled = given["enabled"]
        if take_draft(account, {name: given[name] for name in SECRETS}, DRAFT):
            account.settings = {}

    def keep_typed(self, account: GatewayAccount, form: forms.Form) -> None:
        assert isinstance(form, StripeForm)
        seal_draft(account, form.typed_secrets(), DRAFT)

    def is_ready(self, account: GatewayAccount) -> bool:
        return bool(account.sealed and account.settings.get("proven_at"))

    def connection(self, account: GatewayAccount) -> ProviderConnection | None:
        return connection.connection(account)

    def begin_test(self, account: GatewayAccount, mark: str, base_url: str) -> None:
        connection.begin_test(account, mark, base_url)

    def why_not(self, amount: Money) -> str:
        return amounts.why_not(amount)

    def days_to_pay(self, account: GatewayAccount) -> int | None:
        return None

    def checkout_label(self, account: GatewayAccount) -> str:
        return _("Card, wallet and more")

    def instructions(self, account: GatewayAccount, intent: PaymentIntent) -> Instructions:
        return Instructions(text=_("You pay on the page of Stripe, our payment provider."))

    def page_origins(self) -> tuple[str, ...]:
        return page_origins()

    def open_page(
        self, account: GatewayAccount, intent: PaymentIntent, base_url: str, until: datetime
    ) -> None:
        closes = int(until.timestamp())
        back = base_url + reverse("payments:back", args=[intent.public_id])
        marks = {"tradepost_intent": intent.public_id}
        with stripe_client(account, email=intent.payer_email, reference=intent.public_id) as client:
            session = client.v1.checkout.sessions.create(
                {
                    "mode": "payment",
                    "client_reference_id": intent.public_id,
                    "customer_email": intent.payer_email,
                    "locale": intent.language if intent.language in _LOCALES else "auto",
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {
                                "currency": intent.currency.lower(),
                                "unit_amount": amounts.to_stripe(intent.amount),
                                "product_data": {"name": intent.label},
                            },
                        }
                    ],
                    "metadata": marks,
                    "payment_intent_data": {"metadata": marks, "description": intent.label},
                    "success_url": back,
                    "cancel_url": back,
                    "expires_at": closes,
                },
                {"idempotency_key": f"session-{intent.public_id}-{closes}"},
            )
        intent.session_id = session.id
        intent.page_url = session.url or ""
        intent.page_until = datetime.fromtimestamp(session.expires_at, UTC)

    def close_page(self, account: GatewayAccount, intent: PaymentIntent) -> None:
        if not intent.session_id:
            return
        with stripe_client(account, reference=intent.public_id) as client:
            client.v1.checkout.sessions.expire(intent.session_id)

    def find_out(self, account: GatewayAccount, intent: PaymentIntent) -> list[Fact]:
        if not intent.session_id:
            return []
        with stripe_client(account, reference=intent.public_id) as client:
            session = client.v1.checkout.sessions.retrieve(
                intent.session_id, {"expand": ["payment_intent"]}
            )
            found = list(facts.from_session(session.to_dict()))
            payment = session.payment_intent
            if payment and not isinstance(payment, str):
                intent.payment_id = payment.id
                found += facts.from_payment(payment.to_dict())
                refunds = client.v1.refunds.list({"payment_intent": payment.id, "limit": 100})
                found += [
                    fact for refund in refunds.data for fact in facts.from_refund(refund.to_dict())
                ]
        return found

    def refund(self, account: GatewayAccount, refund: Refund) -> Fact:
        intent = refund.intent
        payment = intent.payment_id or self._payment_id(account, intent)
        with stripe_client(account, reference=intent.public_id) as client:
            made = client.v1.refunds.create(
                {
                    "payment_intent": payment,
                    "amount": amounts.to_stripe(refund.amount),
                    "metadata": {"tradepost_refund": refund.public_id},
                },
                {"idempotency_key": f"refund-{refund.public_id}"},
            )
        refund.refund_id = made.id
        found = list(facts.from_refund(made.to_dict()))
        return found[0] if found else Fact(kind=EventKind.PENDING, fact_id=f"pending:{made.id}")

    def read_webhook(
        self, account: GatewayAccount, body: bytes, headers: Mapping[str, str]
    ) -> ProviderMessage:
        return webhook.read(account, body, headers.get("Stripe-Signature", ""))

    def _payment_id(self, account: GatewayAccount, intent: PaymentIntent) -> str:
        self.find_out(account, intent)
        return intent.payment_id
