"""What every way of paying can do. ``docs/adding-a-gateway.md`` is the checklist for one more."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from django import forms
from django.utils.functional import Promise

from tradepost.lib.money import Money
from tradepost.payments.models import GatewayAccount, PaymentIntent, Refund
from tradepost.payments.types import Fact, Instructions, ProviderConnection, ProviderMessage
from tradepost.ui.form_options import FormData


class PaymentGateway(Protocol):
    """One folder of ``payments/gateways``. Stateless: accounts and payments are handed in.

    ``redirects``: the payer leaves for a page of the provider. ``manual``: the merchant says when the
    money came, and pays refunds back by hand; nothing can be asked of a provider
    (``gateways/manual.py`` answers for those). ``needs_delivery``: only for goods that are brought.
    """

    name: str
    label: str | Promise
    help: str | Promise
    redirects: bool
    manual: bool
    needs_delivery: bool

    def form(self, account: GatewayAccount, data: FormData | None = None) -> forms.Form:
        """The merchant's settings; secrets are write-only and never shown again."""
        ...

    def store(self, account: GatewayAccount, form: forms.Form) -> None:
        """Put the cleaned form into ``account`` (unsaved), sealing what is secret."""
        ...

    def keep_typed(self, account: GatewayAccount, form: forms.Form) -> None:
        """Seal the well-formed secrets of a form that was refused for something else into ``account``
        (unsaved), beside those in use, so that nobody has to look them up twice."""
        ...

    def is_ready(self, account: GatewayAccount) -> bool:
        """Set up, and proven to work where a provider has to be reached."""
        ...

    def connection(self, account: GatewayAccount) -> ProviderConnection | None:
        """How far the provider's own set-up is; None where there is no provider."""
        ...

    def begin_test(self, account: GatewayAccount, mark: str, base_url: str) -> None:
        """Make something harmless happen at the provider that it will tell us of in a signed message,
        which carries ``mark`` back (:attr:`ProviderMessage.proves`).

        Raises: PaymentRefused, GatewayUnreachable.
        """
        ...

    def why_not(self, amount: Money) -> str:
        """Why this amount cannot be paid this way, in words for the shopper; empty when it can."""
        ...

    def days_to_pay(self, account: GatewayAccount) -> int | None:
        """How long goods wait for money that is sent by hand; None where nobody waits for it."""
        ...

    def checkout_label(self, account: GatewayAccount) -> str:
        """What the shopper reads beside the choice."""
        ...

    def instructions(self, account: GatewayAccount, intent: PaymentIntent) -> Instructions: ...

    def page_origins(self) -> tuple[str, ...]:
        """Scheme and host of the provider's pages: browsers follow our forms there and to no other site
        (``form-action`` of the content security policy)."""
        ...

    def open_page(
        self, account: GatewayAccount, intent: PaymentIntent, base_url: str, until: datetime
    ) -> None:
        """Ask the provider for a page that closes at ``until``, and note it on ``intent`` (unsaved).
        Asking again with the same ``until`` gets the same page.

        Raises: PaymentRefused, GatewayUnreachable.
        """
        ...

    def close_page(self, account: GatewayAccount, intent: PaymentIntent) -> None:
        """Let nobody pay on the provider's page any more.

        Raises: PaymentRefused, when it is closed already; GatewayUnreachable.
        """
        ...

    def find_out(self, account: GatewayAccount, intent: PaymentIntent) -> list[Fact]:
        """All that the provider knows of the payment now.

        Raises: GatewayUnreachable.
        """
        ...

    def refund(self, account: GatewayAccount, refund: Refund) -> Fact:
        """Give money back; repeating the call with the same refund gives it back once. A fact of the kind
        ``PENDING`` says that it is not done yet.

        Raises: PaymentRefused, GatewayUnreachable.
        """
        ...

    def read_webhook(
        self, account: GatewayAccount, body: bytes, headers: Mapping[str, str]
    ) -> ProviderMessage:
        """Check the signature and say what the message means.

        Raises: BadSignature; GatewayUnreachable, so that the provider sends it again.
        """
        ...
