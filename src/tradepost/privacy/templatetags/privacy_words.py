"""Plain words for the closed lists of the data map."""

from typing import Any

from django import template
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tradepost.datamap.promises import Evidence
from tradepost.datamap.vocabulary import KeepRule
from tradepost.privacy.figures import country_name

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
    return country_name(code) if code.isalpha() else _("wherever the merchant has it")


@register.filter
def kept_for(rule: KeepRule) -> str:
    """*for 30 days since the link was asked for: because …*"""
    if rule.period is None:
        return _("until %(since)s: %(why)s") % {"since": rule.since, "why": rule.why}
    return _("for %(period)s since %(since)s: %(why)s") % {
        "period": period(rule.period.total_seconds()),
        "since": rule.since,
        "why": rule.why,
    }


@register.filter
def period(seconds: float) -> str:
    """The largest unit that divides evenly."""
    days, rest = divmod(int(seconds), 86_400)
    if rest:
        hours = round(seconds / 3600)
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    if days >= 365 and days % 365 == 0:
        return ngettext("%(n)d year", "%(n)d years", days // 365) % {"n": days // 365}
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
