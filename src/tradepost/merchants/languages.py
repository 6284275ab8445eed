"""In which language a shop speaks to its customers: one rule for shop, cart, checkout, order and mails.

The customer's choice goes first; then the shop's own language. The browser's is not asked: the names of
goods are in the shop's language, and a page that mixes two is harder to read than either. The choice
travels in the address, and in the cart's row once there is a cart; no cookie is set for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from tradepost.merchants.models import Merchant

PARAMETER = "lang"


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """One language that the page can be read in; ``url`` is relative to it."""

    code: str
    name: str
    url: str
    current: bool


def asked_language(request: HttpRequest, *, form: bool = False) -> str:
    """What a link of the language switch asks for; empty without one. ``form``: the page is ours, and its
    form may ask as well."""
    asked = request.GET.get(PARAMETER, "")
    if form:
        asked = request.POST.get(PARAMETER, asked)
    return asked if asked in dict(settings.LANGUAGES) else ""


def shop_language(merchant: Merchant, *wishes: str) -> str:
    """The first wish that is one, else the shop's own language."""
    return next((wish for wish in wishes if wish), merchant.language)


def languages_of(
    merchant: Merchant, request: HttpRequest, keep: tuple[str, ...] = ()
) -> list[LanguageLink]:
    """The shop's own language first, then those that the product speaks besides; nothing where there is
    one only. Links keep the parameters of the address that are named in ``keep``."""
    kept = [(name, request.GET[name]) for name in keep if name in request.GET]
    now = get_language()
    links = [
        LanguageLink(code, name, f"?{urlencode([*kept, (PARAMETER, code)])}", code == now)
        for code, name in _own_first(merchant.language)
    ]
    return links if len(links) > 1 else []


def _own_first(own: str) -> Iterator[tuple[str, str]]:
    names = dict(settings.LANGUAGES)
    for code in sorted(names, key=lambda code: code != own):
        yield code, names[code]
