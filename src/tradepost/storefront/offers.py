"""A product as its page offers it: what can be chosen, what there is, what it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tradepost.catalog.models import Photo, Product, Variant
from tradepost.catalog.queries import LOW_STOCK
from tradepost.lib.money import Money


@dataclass(frozen=True)
class Value:
    """One value of an option. ``price`` where the choice alone settles it and it differs.

    ``sold_out``: together with what else is chosen there is none. It can be looked at all the same.
    """

    text: str
    sold_out: bool
    chosen: bool
    price: Money | None = None


@dataclass(frozen=True)
class Option:
    """``field`` is the name of its radio buttons."""

    field: str
    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Offer:
    """Of the chosen variant; before one is chosen, ``price`` is the lowest of all.

    ``from_price`` says that there are higher ones; ``photo`` is the variant's own.
    """

    price: Money
    former: Money | None
    from_price: bool
    options: tuple[Option, ...]
    left: int | None
    sold_out: bool
    chosen: Variant | None = None
    photo: Photo | None = None

    @property
    def low(self) -> bool:
        return not self.sold_out and self.left is not None and self.left <= LOW_STOCK

    @property
    def stock_words(self) -> str:
        if self.sold_out:
            return _("Sold out")
        if self.low:
            left = self.left or 0
            return ngettext("The last one", "Only %(left)s left", left) % {"left": left}
        return _("In stock")

    @property
    def open(self) -> bool:
        """There is a choice, and it is still to be made."""
        return bool(self.options) and self.chosen is None


@dataclass(frozen=True)
class Combination:
    """One variant as the table of a page and its script know it; ``query`` leads to it."""

    variant: Variant
    values: tuple[str, ...]
    offer: Offer
    query: str


def offer_of(product: Product, asked: Mapping[str, str]) -> Offer:
    """With all choices; ``asked`` may name values by ``o1`` …, as a link to one choice does."""
    variants = list(product.variants.all())
    wanted = _wanted(product, asked)
    chosen = next((row for row in variants if row.options == wanted), None)
    offer = _offer([chosen] if chosen else variants or [product], product)
    return Offer(
        price=offer.price,
        former=offer.former,
        from_price=offer.from_price,
        options=_options(product, variants, wanted),
        left=offer.left,
        sold_out=offer.sold_out,
        chosen=chosen,
        photo=chosen.photo if chosen else None,
    )


def card_offer(product: Product) -> Offer:
    """Without the choices, which lists do not show."""
    return _offer(list(product.variants.all()) or [product], product)


def chosen_variant(product: Product, asked: Mapping[str, str]) -> Variant | None:
    """The variant that the radio buttons name, if there is such a one."""
    wanted = _wanted(product, asked)
    return next((row for row in product.variants.all() if row.options == wanted), None)


def combinations(product: Product) -> list[Combination]:
    """Every variant, for a table and for the page's script. None where nothing is to be chosen."""
    variants = list(product.variants.all())
    names = [option.name for option in product.options.all()]
    if len(variants) < 2:
        return []
    made = []
    for row in variants:
        values = tuple(row.options.get(name, "") for name in names)
        fields = {f"o{number}": value for number, value in enumerate(values, 1)}
        made.append(Combination(row, values, _offer([row], product), urlencode(fields)))
    return made


def _offer(rows: Sequence[Product | Variant], product: Product) -> Offer:
    currency = product.merchant.currency
    prices = {row.price_minor for row in rows}
    formers = {row.former_minor for row in rows}
    former = formers.pop() if len(prices) == len(formers) == 1 else None
    counted = [row.stock for row in rows]
    return Offer(
        price=Money(min(prices), currency),
        former=None if former is None else Money(former, currency),
        from_price=len(prices) > 1,
        options=(),
        left=None if None in counted else sum(number or 0 for number in counted),
        sold_out=all(number == 0 for number in counted),
    )


def _wanted(product: Product, asked: Mapping[str, str]) -> dict[str, str]:
    """What is chosen; an option with one value leaves no choice."""
    return {
        option.name: option.values[0] if len(option.values) == 1 else asked.get(f"o{number}", "")
        for number, option in enumerate(product.options.all(), 1)
    }


def _options(
    product: Product, variants: list[Variant], wanted: Mapping[str, str]
) -> tuple[Option, ...]:
    options = list(product.options.all())
    alone = len(options) == 1
    made = []
    for number, option in enumerate(options, 1):
        others = {k: v for k, v in wanted.items() if v and k != option.name}
        fitting = [row for row in variants if others.items() <= row.options.items()]
        able = {row.options.get(option.name) for row in fitting if not row.sold_out}
        prices = {row.options.get(option.name): row.price for row in variants} if alone else {}
        differ = len(set(prices.values())) > 1
        values = tuple(
            Value(
                text,
                text not in able,
                text == wanted[option.name],
                prices.get(text) if differ else None,
            )
            for text in option.values
        )
        made.append(Option(f"o{number}", option.name, values))
    return tuple(made)
