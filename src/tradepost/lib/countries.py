"""Names of countries, as people read them."""

from functools import lru_cache

from babel import Locale


@lru_cache(maxsize=2048)
def country_name(code: str, language: str) -> str:
    """``DE`` in ``en``: Germany. An unknown code stays as it is."""
    return str(Locale.parse(language.replace("-", "_")).territories.get(code.upper(), code))
