"""What upper rooms do, say and leave behind when an account closes.

``register(callable)``: called with the merchant, under no scope, before its rows are deleted: take
away files, keep what the law wants kept. It may be called again after a crash.
``register_links(callable)``: the secrets of this shop that stand in links customers hold.
``register_kept(callable)``: rows on which a hold stands; they stay when the shop is erased, until it ends.
``register_matter(callable)``: what the owner should know or do before closing; in the shop's scope.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Model

from tradepost.merchants.models import Merchant


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One thing to look at before the shop closes: ``words`` say it, ``url`` leads to it."""

    words: str
    url: str
    link: str
    order: int = 50


Hook = Callable[[Merchant], object]
Links = Callable[[Merchant], Iterable[str]]
Matters = Callable[[Merchant], Matter | None]
KeptRows = Callable[[Merchant], Iterable[Model]]
_hooks: list[Hook] = []
_links: list[Links] = []
_matters: list[Matters] = []
_kept: list[KeptRows] = []


def register(hook: Hook) -> Hook:
    if hook not in _hooks:
        _hooks.append(hook)
    return hook


def register_links(links: Links) -> Links:
    if links not in _links:
        _links.append(links)
    return links


def register_matter(matter: Matters) -> Matters:
    if matter not in _matters:
        _matters.append(matter)
    return matter


def register_kept(kept: KeptRows) -> KeptRows:
    if kept not in _kept:
        _kept.append(kept)
    return kept


def kept_rows(merchant: Merchant) -> Iterator[Model]:
    for kept in _kept:
        yield from kept(merchant)


def hooks() -> tuple[Hook, ...]:
    return tuple(_hooks)


def link_secrets(merchant: Merchant) -> Iterator[str]:
    """The names of the shop in addresses, then what the rooms know."""
    yield merchant.handle
    yield merchant.cart_username
    for links in _links:
        yield from links(merchant)


def matters(merchant: Merchant) -> list[Matter]:
    found = [matter for ask in _matters if (matter := ask(merchant))]
    return sorted(found, key=lambda matter: matter.order)
