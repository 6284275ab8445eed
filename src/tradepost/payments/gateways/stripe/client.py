"""The official SDK, made to speak through the house's one way out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.datamap.vocabulary import Kind, Purpose
from tradepost.lib.lazy_modules import LazyModule
from tradepost.payments.gateways.sealed import unseal_secrets
from tradepost.payments.models import GatewayAccount
from tradepost.payments.types import PaymentRefused

if TYPE_CHECKING:
    import stripe

    from tradepost.payments.gateways.stripe import sdk
    from tradepost.rights import egress
else:
    sdk = LazyModule("tradepost.payments.gateways.stripe.sdk")
    egress = LazyModule("tradepost.rights.egress")

PROCESSOR = "stripe"
STAND_IN_KEY = "sk_test_standin"


@contextmanager
def stripe_client(
    account: GatewayAccount, *, email: str = "", reference: str = ""
) -> "Iterator[stripe.StripeClient]":
    """A client with the merchant's key. ``email``: the payer whose data goes out, for the record.

    Raises:
        GatewayUnreachable: no answer, or Stripe is busy; ask again later.
        PaymentRefused: Stripe says no, in words for people.
    """
    key = unseal_secrets(account).get("secret_key", "")
    kinds = [Kind.EMAIL, Kind.PAYMENT] if email else [Kind.PAYMENT]
    with (
        egress.session(
            PROCESSOR,
            kinds=kinds,
            purpose=Purpose.ORDERS,
            merchant=account.merchant,
            email=email,
            reference=reference,
        ) as session,
        sdk.speaking(session, key, api_base(key)) as client,
    ):
        yield client


def api_base(key: str) -> str:
    """Stripe's own host, unless the key is one of the stand-in's (tests and the demo only)."""
    if key.startswith(STAND_IN_KEY):
        if not settings.TRADEPOST.stripe_api_base:
            raise PaymentRefused(_("The stand-in for Stripe is not running here."))
        return str(settings.TRADEPOST.stripe_api_base).rstrip("/")
    return "https://api.stripe.com"


def hosts() -> tuple[str, ...]:
    """Where the egress gateway lets Stripe's calls go."""
    base = settings.TRADEPOST.stripe_api_base
    stand_in = urlsplit(base).hostname if base else None
    return ("api.stripe.com", *([stand_in] if stand_in else []))


def page_origins() -> tuple[str, ...]:
    """Where the hosted payment page stands."""
    stand_in = settings.TRADEPOST.stripe_api_base.rstrip("/")
    return ("https://checkout.stripe.com", *([stand_in] if stand_in else []))


def stand_in_allowed() -> bool:
    return bool(settings.TRADEPOST.stripe_api_base)


def is_in_use() -> bool:
    """Whether any shop here has its keys stored."""
    with scopes_disabled():
        return _accounts().exists()


def is_used_by(merchant: Model) -> bool:
    with scopes_disabled():
        return _accounts().filter(merchant=merchant.pk).exists()


def _accounts() -> QuerySet[GatewayAccount]:
    return GatewayAccount.objects.filter(gateway="stripe").exclude(sealed="")
