"""Who may be paid through."""

from tradepost.payments.gateways.protocol import Gateway
from tradepost.payments.types import GatewayNotReady

gateways: dict[str, Gateway] = {}


def register_gateway(gateway: Gateway) -> None:
    gateways[gateway.name] = gateway


def gateway_named(name: str) -> Gateway:
    """Raises: GatewayNotReady, for a name that no folder of ``gateways/`` goes by."""
    if name not in gateways:
        raise GatewayNotReady(name)
    return gateways[name]
