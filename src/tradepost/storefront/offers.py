"""A product as its page offers it: what can be chosen, what there is, what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tradepost.catalog.models import Product, Variant
from tradepost.catalog.queries import LOW_STOCK
from tradepost.lib.money import Money


@dataclass(frozen=True)
class Value:
    """One value of an option. ``price`` where the choice alone settles it and it differs."""

    text: str
    possible: bool
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
    """``price`` is the lowest; ``from_price`` says that there are higher ones."""

    price: Money
    former: Money | None
    from_price: bool
    options: tuple[Option, ...]
    left: int | None
    sold_out: bool

    @property
    def low(self) -> bool:
        return not self.sold_out and self.left is not None and self.left <= LOW_STOCK


def offer_of(product: Product, asked: Mapping[str, str]) -> Offer:
    """With all choices; ``asked`` may name values by ``o1`` …, as a link to one choice does."""
    variants = list(product.variants.all())
    return replace(card_offer(product), options=_options(product, variants, asked))


def card_offer(product: Product) -> Offer:
    """Without the choices, which lists do not show."""
    variants = list(product.variants.all())
    prices = {row.price_minor for row in variants} or {product.price_minor}
    counted = [row.stock for row in variants] if variants else [product.stock]
    currency = product.merchant.currency
    former = product.compare_at_minor
    return Offer(
        price=Money(min(prices), currency),
        former=Money(former, currency) if former and former > min(prices) else None,
        from_price=len(prices) > 1,
        options=(),
        left=None if None in counted else sum(number or 0 for number in counted),
        sold_out=all(number == 0 for number in counted),
    )


def chosen_variant(product: Product, asked: Mapping[str, str]) -> Variant | None:
    """The variant that the radio buttons name, if there is such a one."""
    wanted = {
        option.name: asked.get(f"o{number}", "")
        for number, option in enumerate(product.options.all(), 1)
    }
    return next((row for row in product.variants.all() if row.options == wanted), None)


def _options(
    product: Product, variants: list[Variant], asked: Mapping[str, str]
) -> tuple[Option, ...]:
    options = list(product.options.all())
    alone = len(options) == 1
    made = []
    for number, option in enumerate(options, 1):
        field = f"o{number}"
        able = {row.options.get(option.name) for row in variants if not row.sold_out}
        first = next((text for text in option.values if text in able), "")
        chosen = asked.get(field, "")
        chosen = chosen if chosen in able else first
        prices = {row.options.get(option.name): row.price for row in variants} if alone else {}
        differ = len(set(prices.values())) > 1
        made.append(
            Option(
                field,
                option.name,
                tuple(
                    Value(text, text in able, text == chosen, prices.get(text) if differ else None)
                    for text in option.values
                ),
            )
        )
    return tuple(made)
