"""Filters of the catalogue: ``{% load catalog_words %}``."""

from django import template
from django.utils.safestring import SafeString

from tradepost.catalog import texts
from tradepost.lib.money import Money

register = template.Library()


@register.filter
def minor(value: int, currency: str) -> Money:
    """An amount of minor units with its currency, for the ``money`` filter."""
    return Money(value, currency)


@register.filter
def shop_html(text: str) -> SafeString:
    """A merchant's text as safe HTML, its outside links marked."""
    return texts.shop_html(text)
