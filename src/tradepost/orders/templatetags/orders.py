"""Template words of orders: ``{% load orders %}``."""

from django import template

from tradepost.payments.registry import gateways

register = template.Library()


@register.filter
def gateway_label(name: str) -> str:
    """What people call a way of paying; the bare name of one that has left with its folder."""
    gateway = gateways.get(name)
    return str(gateway.label) if gateway else name
