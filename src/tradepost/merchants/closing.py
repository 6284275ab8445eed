"""What upper rooms do, say and leave behind when an account closes.

``hooks``: called with the merchant, under no scope, before its rows are deleted: take away files, keep
what the law wants kept. They may be called again after a crash.
``links``: the secrets of this shop that stand in links customers hold.
``kept``: rows on which a hold stands; they stay when the shop is erased, until it ends.
``matter_sources``: what the owner should know or do before closing; in the shop's scope.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Model

from tradepost.datamap.extensions import ExtensionPoint
from tradepost.merchants.models import Merchant


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One thing to look at before the shop closes: ``words`` say it, ``url`` leads to it."""

    words: str
    url: str
    link: str
    order: int = 50


hooks: ExtensionPoint[Callable[[Merchant], object]] = ExtensionPoint("before a shop closes")
links: ExtensionPoint[Callable[[Merchant], Iterable[str]]] = ExtensionPoint(
    "links that customers hold"
)
matter_sources: ExtensionPoint[Callable[[Merchant], Matter | None]] = ExtensionPoint(
    "matters before closing"
)
kept: ExtensionPoint[Callable[[Merchant], Iterable[Model]]] = ExtensionPoint(
    "rows that outlive a shop for a while"
)


def kept_rows(merchant: Merchant) -> Iterator[Model]:
    for rows_of in kept:
        yield from rows_of(merchant)


def link_secrets(merchant: Merchant) -> Iterator[str]:
    """The names of the shop in addresses, then what the rooms know."""
    yield merchant.handle
    yield merchant.cart_username
    for secrets_of in links:
        yield from secrets_of(merchant)


def matters(merchant: Merchant) -> list[Matter]:
    found = [matter for ask in matter_sources if (matter := ask(merchant))]
    return sorted(found, key=lambda matter: matter.order)
