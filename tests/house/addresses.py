"""Every address of the house, read from the URL map."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tradepost.config.api import api


@dataclass(frozen=True)
class Address:
    """``name`` is what ``reverse`` takes; ``permission`` is what the back office asks for, if anything."""

    name: str
    permission: Any
    needs: frozenset[str]


def _walk(
    resolver: URLResolver, space: tuple[str, ...], needs: frozenset[str]
) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        wanted = needs | frozenset(entry.pattern.converters)
        if isinstance(entry, URLResolver):
            inner = (*space, entry.namespace) if entry.namespace else space
            yield from _walk(entry, inner, wanted)
        elif isinstance(entry, URLPattern):
            name = ":".join((*space, entry.name or str(entry.pattern)))
            yield Address(name, getattr(entry.callback, "permission", None), wanted)


def all_addresses() -> list[Address]:
    return sorted(_walk(get_resolver(), (), frozenset()), key=lambda address: address.name)


def office_addresses() -> list[Address]:
    return [address for address in all_addresses() if address.permission]


def other_addresses() -> list[Address]:
    return [address for address in all_addresses() if not address.permission]


@cache
def api_document() -> dict[str, Any]:
    """The API's description of itself; made once, as making it takes half a second."""
    return api.get_openapi_schema()
