"""Plain words for the closed lists of the data map."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import template
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.datamap.promises import Evidence
from tradepost.datamap.vocabulary import KeepRule
from tradepost.datamap.words import word
from tradepost.privacy.figures import country_name, in_words, kept_in_words
from tradepost.privacy.processors import WHEREVER

register = template.Library()

CLASSES: dict[str, tuple[str | LazyText, str | LazyText]] = {
    Evidence.ENFORCED: (
        gettext_lazy("enforced"),
        gettext_lazy(
            "The program cannot do otherwise: a rule of the database, or it does not start."
        ),
    ),
    Evidence.TESTED: (
        gettext_lazy("tested"),
        gettext_lazy(
            "A check drives the running program, on a scratch copy without anybody's data."
        ),
    ),
    Evidence.MONITORED: (
        gettext_lazy("monitored"),
        gettext_lazy("A query looks through the live data on a schedule."),
    ),
    Evidence.ATTESTED: (
        gettext_lazy("attested"),
        gettext_lazy(
            "Only a person can vouch for it; the name and the date are given, and it expires."
        ),
    ),
}


@register.filter
def evidence_class(name: str) -> str | LazyText:
    return CLASSES[name][0] if name in CLASSES else name


@register.filter
def evidence_classes(_value: Any) -> list[tuple[str | LazyText, str | LazyText]]:
    return list(CLASSES.values())


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
