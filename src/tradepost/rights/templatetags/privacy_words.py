"""Plain words for the closed lists of the data map."""

from collections.abc import Iterable
from datetime import timedelta

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.audit.types import Actor, ActorKind, NoActor
from tradepost.datamap.processors import WHEREVER
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
def deed(action: str) -> str:
    """What was done, in a word; its exact name stands beside."""
    verb = action.rpartition(".")[2]
    if verb.startswith(("look", "preview")):
        return _("looked at it")
    if action in _DEEDS:
        return str(_DEEDS[action])
    return _("changed it")


_DEEDS = {
    "rights.portal_opened": gettext_lazy("opened your data by a mailed link"),
    "rights.request": gettext_lazy("noted your request"),
    "rights.answer": gettext_lazy("answered your request"),
    "rights.rectify": gettext_lazy("corrected it"),
    "rights.disclose_by_law": gettext_lazy("gave it to an authority"),
    "audience.confirm": gettext_lazy("subscribed"),
    "audience.export": gettext_lazy("exported it"),
    "orders.export": gettext_lazy("exported it"),
}


_SUBJECTS = {
    "audience": gettext_lazy("Contacts"),
    "campaigns": gettext_lazy("Campaigns"),
    "catalog": gettext_lazy("Products"),
    "checkout": gettext_lazy("Cart"),
    "delivery": gettext_lazy("Mail"),
    "identity": gettext_lazy("Accounts"),
    "merchants": gettext_lazy("Shop"),
    "orders": gettext_lazy("Orders"),
    "payments": gettext_lazy("Payment"),
    "rights": gettext_lazy("Privacy"),
    "notice": gettext_lazy("Privacy"),
    "assurance": gettext_lazy("Privacy"),
    "storefront": gettext_lazy("Shop front"),
}
_VERBS = (
    (("look", "preview"), gettext_lazy("looked at")),
    (("export", "download"), gettext_lazy("exported")),
    (("import", "upload", "map_"), gettext_lazy("imported")),
    (("create", "add_", "open_shop"), gettext_lazy("made")),
    (("delete", "purge", "remove", "erase"), gettext_lazy("deleted")),
    (("subscribe", "confirm"), gettext_lazy("subscribed")),
    (("unsubscribe", "withdraw"), gettext_lazy("withdrawn")),
    (("send_", "start"), gettext_lazy("sent")),
    (("change", "save", "set_", "choose", "count", "rectify"), gettext_lazy("changed")),
)


@register.filter
def office_deed(action: str) -> str:
    """What was done, for the shop's own people; the exact name stands beside."""
    room, _dot, verb = action.partition(".")
    subject = _SUBJECTS.get(room, room)
    done = next((words for starts, words in _VERBS if verb.startswith(starts)), None)
    return f"{subject}: {done}" if done else str(subject)


@register.filter
def country(code: str) -> str:
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
