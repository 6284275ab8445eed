"""The official SDK, made to speak through the house's one way out."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import stripe
from django.conf import settings
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.datamap.vocabulary import Kind, Purpose
from tradepost.payments.gateways.sealed import unseal_secrets
from tradepost.payments.models import GatewayAccount
from tradepost.payments.types import GatewayUnreachable, PaymentRefused
from tradepost.rights import egress

PROCESSOR = "stripe"
STAND_IN_KEY = "sk_test_standin"

stripe.enable_telemetry = False  # it would tell Stripe how long our calls take


class EgressClient(stripe.HTTPClient):
    """The SDK's port for HTTP clients, over a session of the egress gateway."""

    name = "tradepost-egress"

    def __init__(self, session: httpx.Client) -> None:
        super().__init__()
        self._session = session

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: bytes | str | None = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Raises: stripe.APIConnectionError; nothing is known of the call then."""
        try:
            answer = self._session.request(method, url, headers=headers, content=post_data)
        except httpx.HTTPError as error:
            raise _unreachable(error) from error
        return answer.text, answer.status_code, answer.headers

    def close(self) -> None:
        self._session.close()


def _unreachable(error: httpx.HTTPError) -> stripe.APIConnectionError:
    """The SDK tries again, with the same idempotency key, unless the call was never let out."""
    refused = isinstance(error, egress.EgressRefused)
    made: stripe.APIConnectionError = stripe.APIConnectionError(  # type: ignore[no-untyped-call]  # the SDK's constructor is untyped
        f"{type(error).__name__}: {error}", should_retry=not refused
    )
    return made


@contextmanager
def stripe_client(
    account: GatewayAccount, *, email: str = "", reference: str = ""
) -> Iterator[stripe.StripeClient]:
    """A client with the merchant's key. ``email``: the payer whose data goes out, for the record.

    Raises:
        GatewayUnreachable: no answer, or Stripe is busy; ask again later.
        PaymentRefused: Stripe says no, in words for people.
    """
    key = unseal_secrets(account).get("secret_key", "")
    kinds = [Kind.EMAIL, Kind.PAYMENT] if email else [Kind.PAYMENT]
    with egress.session(
        PROCESSOR,
        kinds=kinds,
        purpose=Purpose.ORDERS,
        merchant=account.merchant,
        email=email,
        reference=reference,
    ) as session:
        try:
            yield stripe.StripeClient(
                key,
                base_addresses={"api": api_base(key)},
                http_client=EgressClient(session),
                max_network_retries=1,
            )
        except (stripe.APIConnectionError, stripe.RateLimitError) as error:
            raise GatewayUnreachable(_("Stripe does not answer; try again in a minute.")) from error
        except stripe.CardError as error:
            raise PaymentRefused(error.user_message or _("Stripe declined the card.")) from error
        except stripe.AuthenticationError as error:
            raise PaymentRefused(_("Stripe does not accept the shop's secret key.")) from error
        except stripe.APIError as error:
            raise GatewayUnreachable(_("Stripe has trouble; try again in a minute.")) from error
        except stripe.StripeError as error:
            raise PaymentRefused(error.user_message or _("Stripe refused.")) from error


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
        return GatewayAccount.objects.filter(gateway="stripe").exclude(sealed="").exists()
