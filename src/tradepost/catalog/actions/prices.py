"""The price history, and the crossed-out price that it allows.

Directive 98/6/EC Art. 6a: beside a reduced price stands the lowest price of the 30 days before the
reduction began, and the sale itself is no part of those days. Every lowering of a price begins a
reduction, so a second step down is measured against the first: what no country's rule forbids.
Without 30 days of history in the shop's currency there is none.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Max, Q

from tradepost.catalog.actions.version import content_changed
from tradepost.catalog.models import PriceChange, Product, Variant
from tradepost.law.figures import DAYS_OF_FORMER_PRICE, in_force
from tradepost.lib import clock
from tradepost.merchants.models import Merchant

_Key = int | None  # a variant's row number; None: the product itself
_Point = tuple[datetime, int]


def note_prices(product: Product) -> None:
    """Write down every price of the product and its variants that is no longer the last one known.

    Call it inside the transaction of whatever may have changed a price. It reads the rows afresh: the
    caller's may be older than the last change. Four queries and one for each
    reduction that begins or ends.
    """
    now, currency = clock.now(), product.merchant.currency
    current = Product.objects.get(pk=product.pk)
    variants = list(Variant.objects.filter(product=product))
    for variant in variants:
        variant.product = current
    known = _history(product, currency, now - looked_back(now))
    changed: list[Product | Variant] = []
    goods: list[Product | Variant] = [current, *variants]
    for row in goods:
        points = known[row.pk if isinstance(row, Variant) else None]
        if points and points[-1][1] == row.price_minor:
            continue
        changed.append(row)
        before, row.reduced_from_minor = (
            row.reduced_from_minor,
            reduced_from(points, row.price_minor, now),
        )
        if row.reduced_from_minor != before:
            rows = type(row)._default_manager.filter(pk=row.pk)
            rows.update(reduced_from_minor=row.reduced_from_minor)
    PriceChange.objects.bulk_create(_change(row, currency, now) for row in changed)
    product.reduced_from_minor = current.reduced_from_minor


def note_all_prices(merchant: Merchant) -> None:
    """Begin the history of a new currency. Joins the caller's transaction."""
    for product in Product.objects.filter(merchant=merchant).order_by("pk"):
        product.merchant = merchant
        note_prices(product)
    content_changed(merchant=merchant)


def looked_back(now: datetime) -> timedelta:
    """How far the law of that day looks back."""
    return timedelta(days=in_force(DAYS_OF_FORMER_PRICE, now.date()).value)


def reduced_from(points: Sequence[_Point], price_minor: int, now: datetime) -> int | None:
    """The lowest price of the 30 days before ``now``, where ``price_minor`` lowers the last one."""
    if not points or price_minor >= points[-1][1]:
        return None
    since = now - looked_back(now)
    before = [price for at, price in points if at <= since]
    if not before:
        return None
    return min([before[-1], *(price for at, price in points if at > since)])


def _history(product: Product, currency: str, since: datetime) -> dict[_Key, list[_Point]]:
    """The changes since then, and of each variant the last one before."""
    rows = PriceChange.objects.filter(
        merchant=product.merchant, product_id=product.pk, currency=currency
    )
    last = rows.filter(at__lte=since).order_by().values("variant_id").annotate(pk_last=Max("pk"))
    wanted = rows.filter(Q(at__gt=since) | Q(pk__in=last.values("pk_last"))).order_by("at", "pk")
    found: dict[_Key, list[_Point]] = defaultdict(list)
    for number, at, price in wanted.values_list("variant_id", "at", "price_minor"):
        found[number].append((at, price))
    return found


def _change(row: Product | Variant, currency: str, at: datetime) -> PriceChange:
    is_variant = isinstance(row, Variant)
    return PriceChange(
        merchant_id=row.merchant_id,
        product_id=row.product_id if isinstance(row, Variant) else row.pk,
        variant_id=row.pk if is_variant else None,
        currency=currency,
        price_minor=row.price_minor,
        at=at,
    )
