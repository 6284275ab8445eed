"""How far the set-up with Stripe is, and the proof that it works.

The proof is a real round: a payment page is opened at Stripe with the shop's key and closed at once, which
nobody sees and no money moves for. Stripe tells of it as of any other (``checkout.session.expired``), and
that message has to come to our address, signed with the secret that was typed in.
"""

from datetime import datetime, timedelta

from tradepost.lib import clock
from tradepost.payments.gateways.sealed import readable_secrets
from tradepost.payments.gateways.stripe.client import stripe_client
from tradepost.payments.gateways.stripe.facts import Thing
from tradepost.payments.models import GatewayAccount
from tradepost.payments.types import ConnectionState, ProviderConnection

MARK = "tradepost_test"
PATIENCE = timedelta(minutes=2)
_UNITS = 100_000  # 1,000 euro, which nobody is ever asked for


def connection(account: GatewayAccount) -> ProviderConnection:
    secrets, test = readable_secrets(account), account.settings.get("test")
    proven = account.settings.get("proven_at")
    return ProviderConnection(
        state=_state(secrets, test, proven=bool(proven)),
        for_trying="_test_" in secrets.get("secret_key", ""),
        proven_at=datetime.fromisoformat(proven) if proven else None,
    )


def _state(
    secrets: dict[str, str], test: dict[str, str] | None, *, proven: bool
) -> ConnectionState:
    if not secrets.get("secret_key"):
        return ConnectionState.NO_KEY
    if not secrets.get("webhook_secret"):
        return ConnectionState.NO_WEBHOOK
    if proven:
        return ConnectionState.PROVEN
    if not test:
        return ConnectionState.UNTESTED
    if test.get("mis_signed"):
        return ConnectionState.MIS_SIGNED
    late = clock.now() - datetime.fromisoformat(test["at"]) > PATIENCE
    return ConnectionState.SILENT if late else ConnectionState.WAITING


def begin_test(account: GatewayAccount, mark: str, base_url: str) -> None:
    """Raises: PaymentRefused, when Stripe does not take the key; GatewayUnreachable."""
    with stripe_client(account, reference=account.public_id) as client:
        session = client.v1.checkout.sessions.create(
            {
                "mode": "payment",
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {
                            "currency": "eur",
                            "unit_amount": _UNITS,
                            "product_data": {"name": "ProviderConnection test"},
                        },
                    }
                ],
                "metadata": {MARK: mark},
                "success_url": f"{base_url}/",
            },
            {"idempotency_key": f"test-{mark}"},
        )
        client.v1.checkout.sessions.expire(session.id)


def proves(kind: str, thing: Thing) -> str:
    """The mark that a message of this kind brings back, if it answers a test."""
    if kind != "checkout.session.expired":
        return ""
    return str((thing.get("metadata") or {}).get(MARK) or "")
