"""``{% place "proof" %}``: the address of a page that an upper room may show."""

from django import template

from tradepost.modules.places import place

register = template.Library()
register.simple_tag(place)
