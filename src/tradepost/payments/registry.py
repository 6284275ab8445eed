"""Who may be paid through."""

from tradepost.datamap.extensions import NamedExtensionPoint
from tradepost.payments.gateways.protocol import PaymentGateway
from tradepost.payments.types import GatewayNotReady

gateways: NamedExtensionPoint[PaymentGateway] = NamedExtensionPoint("ways of paying")


def gateway_named(name: str) -> PaymentGateway:
    """Raises: GatewayNotReady, for a name that no folder of ``gateways/`` goes by."""
    if name not in gateways:
        raise GatewayNotReady(name)
    return gateways[name]


def page_origins() -> list[str]:
    """Where the pages of all ways of paying stand; the content security policy lets forms lead there."""
    return [origin for gateway in gateways.values() for origin in gateway.page_origins()]
