"""Who may be paid through, and who hears of it. Upper rooms register; payments knows none of them."""

from collections.abc import Callable

from tradepost.payments.gateways.protocol import Gateway
from tradepost.payments.models import PaymentEvent, PaymentIntent
from tradepost.payments.types import GatewayNotReady

Listener = Callable[[PaymentIntent, PaymentEvent], None]

_listeners: dict[str, Listener] = {}
gateways: dict[str, Gateway] = {}


def register_gateway(gateway: Gateway) -> None:
    gateways[gateway.name] = gateway


def gateway_named(name: str) -> Gateway:
    """Raises: GatewayNotReady, for a name that no folder of ``gateways/`` goes by."""
    if name not in gateways:
        raise GatewayNotReady(name)
    return gateways[name]


def page_origins() -> list[str]:
    """Where the pages of all ways of paying stand; the content security policy lets forms lead there."""
    return [origin for gateway in gateways.values() for origin in gateway.page_origins()]


def on_payment_change(kind: str) -> Callable[[Listener], Listener]:
    """Be told of each new line in the ledger of references that begin with ``kind`` and a colon.

    The listener runs inside the transaction that writes the line: either both happen or neither, so
    what it does is done exactly once. It runs under the merchant's scope and must not call outside.
    """

    def register(listener: Listener) -> Listener:
        _listeners[kind] = listener
        return listener

    return register


def tell(intent: PaymentIntent, event: PaymentEvent) -> None:
    listener = _listeners.get(intent.reference.partition(":")[0])
    if listener:
        listener(intent, event)
