"""Template words of orders: ``{% load orders %}``."""

from django import template
from django.utils.translation import gettext_lazy as _
from stdnum import iban as stdnum_iban

from tradepost.payments.models import PaymentEvent
from tradepost.payments.registry import gateways
from tradepost.payments.types import EventKind

register = template.Library()


@register.filter
def gateway_label(name: str) -> str:
    """What people call a way of paying; the bare name of one that has left with its folder."""
    gateway = gateways.get(name)
    return str(gateway.label) if gateway else name


BY_HAND = {
    EventKind.CAPTURED: _("marked as paid by you"),
    EventKind.REFUND_ASKED: _("to be paid back by you"),
    EventKind.REFUNDED: _("paid back by you"),
    EventKind.REFUND_FAILED: _("refund called off by you"),
}


@register.filter
def what_happened(event: PaymentEvent) -> str:
    """A line of the ledger in words that are true for its way of paying: who did it, provider or merchant."""
    gateway = gateways.get(event.gateway)
    kind = EventKind(event.kind)
    return str(BY_HAND.get(kind, kind.label) if gateway and gateway.manual else kind.label)


@register.filter
def iban(number: str) -> str:
    """In groups of four, as banks write it."""
    return str(stdnum_iban.format(number))
