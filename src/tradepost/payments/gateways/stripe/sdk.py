"""The official SDK itself. Large, and few processes ever call Stripe: :mod:`.client` loads it when one does."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx
import stripe
from django.utils.translation import gettext as _

from tradepost.payments.types import GatewayUnreachable, PaymentRefused
from tradepost.rights import egress

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
def speaking(session: httpx.Client, key: str, base: str) -> Iterator[stripe.StripeClient]:
    """Over a session of the egress gateway. Raises: GatewayUnreachable, PaymentRefused."""
    try:
        yield stripe.StripeClient(
            key,
            base_addresses={"api": base},
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
