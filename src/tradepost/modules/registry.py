"""What each room offers the rest of the house: navigation entries, switchable modules, cookies, loaders.

A room's ``module.py`` is imported once all models are ready; it registers here and with the registries
of lower rooms. Nothing else is imported for its side effects.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class NavigationEntry:
    """A place in the back office. ``permission`` is the value of a ``merchants.types.Permission``."""

    group: str  # "" for one that stands alone, or a key of ``modules.context.GROUPS``
    label: Text
    url_name: str  # reversed with the shop's handle
    permission: str
    order: int = 50
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class Cookie:
    """A cookie that may be set (promise cookie.registry); ``life`` in plain words."""

    name: str
    purpose: Text
    life: Text
    essential: bool = True
    http_only: bool = True


ShopAddress = Callable[[Any], str]
navigation: list[NavigationEntry] = []
_shop_addresses: list[ShopAddress] = []
cookies: dict[str, Cookie] = {}


def register_navigation(*entries: NavigationEntry) -> None:
    navigation.extend(entries)
    navigation.sort(key=lambda entry: entry.order)


def register_shop_address(address: ShopAddress) -> ShopAddress:
    """Where the shop of a merchant stands; the storefront says it."""
    _shop_addresses.append(address)
    return address


def shop_address(merchant: Any) -> str:
    """Empty where no room shows a shop."""
    return _shop_addresses[0](merchant) if _shop_addresses else ""


def register_cookie(cookie: Cookie) -> None:
    cookies[cookie.name] = cookie


def load_rooms() -> None:
    """Import ``module.py``, ``collection.py`` and ``promises.py`` of every room that has them."""
    for config in apps.get_app_configs():
        if not config.name.startswith("tradepost."):
            continue
        for part in ("module", "collection", "promises"):
            if find_spec(f"{config.name}.{part}"):
                import_module(f"{config.name}.{part}")
