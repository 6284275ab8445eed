"""Plain words for the closed lists of the data map."""

from collections.abc import Iterable
from datetime import timedelta

from django import template
from django.utils.translation import gettext as _

from tradepost.datamap.processors import UNSAID, WHEREVER
from tradepost.datamap.vocabulary import KeepRule
from tradepost.datamap.words import word
from tradepost.rights.words import country_name, in_words, kept_in_words

register = template.Library()


@register.filter
def country(code: str) -> str:
    if code == UNSAID:
        return _("not stated")
    return _("wherever the merchant runs it") if code == WHEREVER else country_name(code)


@register.filter
def kept_for(rule: KeepRule) -> str:
    return kept_in_words(rule)


@register.filter(name="word")
def word_of(said: str) -> str:
    """What a declaration of the data map says."""
    return word(said)


@register.filter
def words(said: Iterable[str]) -> list[str]:
    return [word(one) for one in said]


@register.filter
def period(value: timedelta) -> str:
    return in_words(value)
