"""Template words of the cart: ``{% load cart %}``."""

from django import template
from django.utils.safestring import SafeString

from tradepost.checkout.formatting import product_words
from tradepost.lib.weblinks import host_of

register = template.Library()


@register.filter
def words(text: str) -> SafeString:
    """A page's description with its line breaks and bold, and nothing else of its own."""
    return product_words(text)


@register.filter
def host(address: str) -> str:
    return host_of(address)
