"""Periods and countries in the reader's words."""

from datetime import timedelta

from babel import Locale
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tradepost.datamap.vocabulary import KeepRule
from tradepost.datamap.words import word

YEAR = 365.25


def country_name(code: str) -> str:
    """The country in the reader's language; the code itself where it is none."""
    locale = Locale.parse((get_language() or "en").replace("-", "_"))
    return str(locale.territories.get(code.upper(), code))


def in_words(period: timedelta) -> str:
    """In the largest unit that divides evenly; leap days make no odd number of days."""
    days, rest = period.days, period.seconds
    if rest:
        hours = round(period.total_seconds() / 3600)
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    years = round(days / YEAR)
    if years and abs(days - years * YEAR) < 1 + years / 4:
        return ngettext("%(n)d year", "%(n)d years", years) % {"n": years}
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def kept_in_words(rule: KeepRule) -> str:
    """*for 30 days since the link was asked for: because …*"""
    said = {"since": word(rule.since), "why": word(rule.why)}
    if rule.period is None:
        return _("until %(since)s: %(why)s") % said
    return _("for %(period)s since %(since)s: %(why)s") % {
        "period": in_words(rule.period),
        **said,
    }
