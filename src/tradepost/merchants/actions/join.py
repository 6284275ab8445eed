"""A merchant joins."""

import secrets
from urllib.parse import urlsplit

from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.identity.models import User
from tradepost.lib.collation import sorted_choices
from tradepost.lib.typed_text import without_secrets
from tradepost.merchants.actions.closed_links import is_spent
from tradepost.merchants.models import Membership, Merchant
from tradepost.merchants.types import Role

# Addresses below /shop/ and /office/ that must not be mistaken for a shop.
RESERVED = frozenset(
    {
        *("new", "jobs", "admin", "api", "privacy", "static", "media", "help"),
        # A shop's notice is at /privacy/<handle>/, beside these.
        *("my-data", "link", "visit", "processing-agreement", "versions", "in"),
    }
)


@transaction.atomic
def open_shop(
    *,
    owner: User,
    country: str,
    website: str = "",
    name: str = "",
    language: str = "",
    telephone: str = "",
    business_type: str = "",
    contact_email: str = "",
) -> Merchant:
    """Create the shop of ``owner``. ``country`` is the one it sells from. Its address,
    currency and zone are first guesses, and can be changed under Settings, as all else."""
    name = name.strip() or _words_of(website)
    merchant = _create(
        handle=_handle_from(name) or _handle_from(_words_of(website, "")) or "my-shop",
        name=name,
        contact_email=contact_email or owner.email,
        country=country,
        website=website,
        telephone=telephone,
        business_type=business_type,
        currency=currency_of(country),
        language=language or owner.language,
        time_zone=time_zone_of(country),
    )
    Membership.objects.create(merchant=merchant, user=owner, role=Role.OWNER)
    record(
        actor=Actor.user(owner),
        action="merchants.open_shop",
        target=merchant,
        merchant_id=merchant.pk,
    )
    return merchant


def _create(handle: str, **values: str) -> Merchant:
    """Tries the wanted handle, then ones with random digits; cart names likewise."""
    for attempt in range(8):
        try:
            with transaction.atomic():
                tried = handle if not attempt else f"{handle}-{secrets.randbelow(9000) + 1000}"
                if is_spent(tried):
                    continue
                return Merchant.objects.create(handle=tried, **values)
        except IntegrityError:
            continue
    return Merchant.objects.create(handle=f"shop-{secrets.token_hex(6)}", **values)


def _words_of(website: str, otherwise: str = "Shop") -> str:
    """``www.ember-leather.example`` becomes *Ember Leather*: a domain would be a link in each mail."""
    host = (urlsplit(website).hostname or "").removeprefix("www.")
    return host.partition(".")[0].replace("-", " ").title()[:120] or otherwise


def _handle_from(name: str) -> str:
    """Empty where nothing of the name can stand in an address, as of one in Japanese."""
    base = slugify(without_secrets(name))[:50].strip("-")
    if base in RESERVED or len(base) == 1:
        return f"{base}-shop"
    return base


def currency_of(country: str) -> str:
    """The money people pay with there today (CLDR)."""
    found = get_territory_currencies(country)
    return found[0] if found else "EUR"


# Countries over several zones: where most of their people live (CLDR's primary zones, and our own).
_MOST_PEOPLE = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
}


def time_zone_of(country: str) -> str:
    """The zone of most people there: a guess that the owner can change. UTC where none is known."""
    zones = sorted(
        zone for zone, place in get_global("zone_territories").items() if place == country
    )
    known = zones[0] if 0 < len(zones) <= 2 and "/" in zones[0] else "UTC"
    return _MOST_PEOPLE.get(country, known)


def countries(language: str) -> list[tuple[str, str]]:
    """ISO 3166-1 codes with their names in the language, sorted by name."""
    names = Locale.parse(language, sep="-").territories
    left_out = {"ZZ", "EU", "EZ", "UN", "XA", "XB", "QO"}
    found = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in left_out
    ]
    return sorted_choices(found, language)
