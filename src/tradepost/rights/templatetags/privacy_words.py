"""Plain words for the closed lists of the data map."""

from collections.abc import Iterable
from datetime import timedelta

from django import template
from django.utils.translation import gettext as _

from tradepost.audit.types import Actor, ActorKind, NoActor
from tradepost.datamap.processors import UNSAID, WHEREVER
from tradepost.datamap.registry import actions
from tradepost.datamap.vocabulary import KeepRule
from tradepost.datamap.words import word
from tradepost.rights.words import country_name, in_words, kept_in_words

register = template.Library()


@register.filter
def who(actor: str) -> str:
    """An actor of the record, for the person whose data it is about."""
    try:
        did = Actor.parse(actor)
    except NoActor:
        return _("This program")
    if did.kind is ActorKind.USER:
        return _("Staff, member %(number)s") % {"number": did.reference}
    if did.kind is ActorKind.TOKEN:
        return _("A program of the shop")
    return _("You") if did.kind is ActorKind.PERSON else _("This program")


@register.filter
def action_label(action: str) -> str:
    """What was done, as its room calls it; its exact name stands beside."""
    return str(actions.get(action, action))


@register.filter
def why(reason: str) -> str:
    """The program's own words in the reader's language; what staff wrote as it is."""
    return _(reason) if reason else ""


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
