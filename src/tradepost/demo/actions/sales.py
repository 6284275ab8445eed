"""300 orders of the last year and a half, in every state that an order can be in."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum, auto
from typing import NamedTuple

from tradepost.catalog.models import Product
from tradepost.catalog.tax import TaxTable, tax_table
from tradepost.checkout.pricing.totals import work_out
from tradepost.demo.actions.people import Person, person
from tradepost.lib.postal import PostalAddress
from tradepost.merchants.models import Merchant
from tradepost.orders.types import (
    Addresses,
    CustomerDraft,
    LineDraft,
    OrderDetails,
    OrderDraft,
    OrderSource,
)

ORDERS = 300
CARRIER = "DHL"
NOTES = (
    "",
    "",
    "",
    "",
    "A present: please no invoice in the parcel.",
    "Leave it with the neighbour, Ms. Krüger.",
)


class Choice(NamedTuple):
    product: Product
    sku: str
    options: str
    variant_id: int | None
    quantity: int


class Step(Enum):
    """What the shop did with an order."""

    PAID = auto()
    ACCEPTED = auto()
    DISPATCHED = auto()
    CANCELLED = auto()
    ARCHIVED = auto()


class OrderStory(NamedTuple):
    """An order from its day to today."""

    key: str
    placed_at: datetime
    draft: OrderDraft
    steps: list[tuple[datetime, Step]]


def stories(
    merchant: Merchant, products: Sequence[Product], now: datetime, count: int = ORDERS
) -> Iterator[OrderStory]:
    """More towards the present, fewer on Sundays; the last ten still wait."""
    chance = random.Random(300)  # noqa: S311  the same story every time
    taxes = tax_table(merchant)
    shelf = _choices(products)
    ages = sorted((chance.random() ** 1.7 * 540 for _ in range(count)), reverse=True)
    for number, days in enumerate(ages):
        at = now - timedelta(days=days, minutes=chance.randrange(600))
        draft = _draft(merchant, person(chance.randrange(900)), shelf, taxes, number, chance)
        yield OrderStory(f"demo-{number}", at, draft, _steps(number, count, at, now, chance))


def _choices(products: Sequence[Product]) -> list[tuple[Product, str, str, int | None]]:
    """Everything that has an article number, as (product, number, options in words, variant)."""
    found: list[tuple[Product, str, str, int | None]] = []
    for product in products:
        variants = list(product.variants.all())
        found += [(product, variant.sku, variant.choice, variant.pk) for variant in variants] or [
            (product, product.sku, "", None)
        ]
    return found


def _draft(
    merchant: Merchant,
    buyer: Person,
    shelf: list[tuple[Product, str, str, int | None]],
    taxes: TaxTable,
    number: int,
    chance: random.Random,
) -> OrderDraft:
    country = buyer.place.country
    chosen = [
        Choice(*item, quantity=chance.choice((1, 1, 1, 2)))
        for item in chance.sample(shelf, chance.choice((1, 1, 1, 2, 2, 3)))
    ]
    lines = [_line(item, taxes.rate(item.product.tax_class, country)) for item in chosen]
    delivery = _delivery(country, sum(line.total_minor for line in lines))
    totals = work_out(
        [(line.total_minor, line.tax_rate) for line in lines],
        currency=merchant.currency,
        delivery=(delivery, taxes.rate("standard", country)),
        includes_tax=True,
        by_line=True,
    )
    return OrderDraft(
        lines=[
            replace(line, tax_minor=tax) for line, tax in zip(lines, totals.line_taxes, strict=True)
        ],
        customer=CustomerDraft(
            email=buyer.email, name=buyer.name, language=buyer.language, note=chance.choice(NOTES)
        ),
        addresses=Addresses(billing=_address(buyer)),
        totals=totals,
        payment_method="bank_transfer" if number % 7 else "on_delivery",
        source=(
            OrderSource.STOREFRONT,
            OrderSource.CART,
            OrderSource.BUY_LINK,
            OrderSource.STOREFRONT,
        )[number % 4],
        details=OrderDetails(delivery_label=_delivery_label(country)),
    )


def _line(item: Choice, tax_rate: Decimal) -> LineDraft:
    return LineDraft(
        title=item.product.name,
        options=item.options,
        sku=item.sku,
        quantity=item.quantity,
        unit_price_minor=item.product.price_minor,
        total_minor=item.product.price_minor * item.quantity,
        tax_rate=tax_rate,
        product_id=item.product.pk,
        variant_id=item.variant_id,
        takes_stock=False,
    )


def _delivery(country: str, goods_minor: int) -> int:
    if country == "DE":
        return 0 if goods_minor >= 15000 else 590
    return 0 if goods_minor >= 30000 else 1290


def _delivery_label(country: str) -> str:
    return "Parcel within Germany" if country == "DE" else "Parcel to neighbouring countries"


def _address(buyer: Person) -> PostalAddress:
    return PostalAddress(
        name=buyer.name,
        line1=f"{buyer.place.street} {buyer.house_number}",
        postcode=buyer.place.postal_code,
        city=buyer.place.city,
        region=buyer.place.region,
        country=buyer.place.country,
    )


def _steps(
    number: int, count: int, at: datetime, now: datetime, chance: random.Random
) -> list[tuple[datetime, Step]]:
    """Paid after a day or two, dispatched a day later, archived after a month.

    The early ones were not accepted one by one: dispatching does that, too.
    """

    def later(days: float) -> datetime:
        return at + timedelta(days=days, hours=chance.randrange(1, 9))

    if number % 41 == 17:
        moment = min(later(9), now)
        return [(moment, Step.CANCELLED), (moment, Step.ARCHIVED)]
    plan: tuple[tuple[float, Step], ...] = (
        (chance.choice((0.2, 1, 2)), Step.PAID),
        *([(2.2, Step.ACCEPTED)] if number >= count // 2 else []),
        (3, Step.DISPATCHED),
        (32, Step.ARCHIVED),
    )
    done: list[tuple[datetime, Step]] = []
    for days, step in plan:
        moment = later(days)
        if moment >= now or number >= count - 10:
            break
        done.append((moment, step))
    return done
