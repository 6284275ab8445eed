"""Countries as merchants type them: names in their language or in English, codes, and habits like UK."""

import difflib
import re
from functools import lru_cache

from babel import Locale
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from tradepost.catalog.tax import EU_COUNTRIES
from tradepost.checkout.addresses import known_countries
from tradepost.lib.collation import collation_key

_HABITS = {
    "uk": "GB", "great britain": "GB", "britain": "GB", "england": "GB", "scotland": "GB",
    "wales": "GB", "northern ireland": "GB", "grossbritannien": "GB", "el": "GR", "holland": "NL",
    "usa": "US", "america": "US", "uae": "AE", "czech republic": "CZ", "tschechische republik": "CZ",
    "turkey": "TR", "macedonia": "MK", "burma": "MM", "ivory coast": "CI", "south korea": "KR",
    "russia": "RU", "vatican": "VA", "republic of ireland": "IE", "eire": "IE",
}  # fmt: skip
_UNION = frozenset({"eu", "european union", "europaische union"})


class UnknownCountry(ValueError):
    """The text is fit for people to read."""


def read_countries(text: str) -> set[str]:
    """Codes for what stands between commas, semicolons and line breaks. Raises: UnknownCountry."""
    codes: set[str] = set()
    for part in filter(None, (one.strip() for one in re.split(r"[,;\n]", text))):
        codes |= _read(part)
    return codes


def _read(part: str) -> set[str]:
    found = _known(part)
    if found:
        return found
    words = [_known(word) for word in part.split()]  # codes with blanks between them
    if len(words) > 1 and all(words):
        return set().union(*words)
    raise UnknownCountry(_unknown(part))


def _known(part: str) -> set[str]:
    word = _plain(part)
    if word in _UNION:
        return set(EU_COUNTRIES)
    code = part.upper() if part.upper() in known_countries() else _names(_language()).get(word, "")
    return {code} if code else set()


def _unknown(part: str) -> str:
    names = _names(_language())
    near = difflib.get_close_matches(_plain(part), names, n=1, cutoff=0.75)
    if not near:
        return _("“%(typed)s” is no country that we know.") % {"typed": part}
    territories = Locale.parse(_language()).territories
    return _("“%(typed)s” is no country that we know. Did you mean %(name)s?") % {
        "typed": part,
        "name": territories[names[near[0]]],
    }


def _language() -> str:
    return to_locale(get_language() or "en")


def _plain(text: str) -> str:
    return re.sub(r"[\s.&-]+", " ", collation_key(text[:80])[0]).strip()


@lru_cache(maxsize=20)
def _names(language: str) -> dict[str, str]:
    names = dict(_HABITS)
    for one in ("en", language):
        for code, name in Locale.parse(one).territories.items():
            if code in known_countries():
                names[_plain(name)] = code
    return names
