"""The log of links and forms that were refused, for the merchant to mend the pages."""

import hashlib
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tradepost.catalog.models import Product
from tradepost.catalog.queries import SearchResult, find_by_sku
from tradepost.checkout.models import LinkProblem
from tradepost.checkout.types import NotTaken, PageLine, ProblemKind
from tradepost.lib import clock
from tradepost.lib.money import Money
from tradepost.merchants.models import Merchant

MOST_ROWS = 500


def page_of(referrer: str) -> str:
    """Host and path of the page; what follows a question mark may be about the visitor."""
    try:
        parts = urlsplit(referrer)
    except ValueError:
        return ""
    return f"{parts.hostname}{parts.path}"[:300] if parts.hostname else ""


def note_refusals(
    *, merchant: Merchant, problems: tuple[NotTaken, ...], product: str, page: str
) -> None:
    for problem in problems:
        note_problem(
            merchant=merchant,
            kind=ProblemKind.REFUSED,
            message=str(problem.message),
            field=problem.field,
            value=problem.value,
            product=product,
            page=page,
        )


def note_price_difference(
    *, merchant: Merchant, line: PageLine, found: SearchResult, page: str
) -> None:
    """The page still shows an old price; the catalogue's was taken."""
    note_problem(
        merchant=merchant,
        kind=ProblemKind.DIFFERENT_PRICE,
        message=_("The page says %(page)s, the catalogue %(own)s.")
        % {
            "page": line.sent_price[:60],
            "own": Money(found.price_minor, merchant.currency).format(merchant.language),
        },
        field="price",
        value=line.sent_price,
        product=found.sku or found.name,
        page=page,
    )


def note_rounded_price(*, merchant: Merchant, line: PageLine, page: str) -> None:
    """The page works prices out to more decimals than money has; the rounded one was taken."""
    note_problem(
        merchant=merchant,
        kind=ProblemKind.ROUNDED,
        message=_("The page says more decimals than %(currency)s has; halves were rounded up.")
        % {"currency": merchant.currency},
        field="discountpr" if line.bands else "price",
        value=line.sent_price,
        product=line.description,
        page=page,
    )


def note_problem(
    *, merchant: Merchant, kind: str, message: str, field: str, value: str, product: str, page: str
) -> None:
    """The same problem of the same page is one row with a count; at most 500 rows a shop."""
    product = _known(merchant, product)
    value = _known(merchant, value) if field == "hash" else value  # there the name of the product
    told = "\n".join((kind, message, field, value, product, page))
    digest = hashlib.sha256(told.encode()).hexdigest()[:32]
    rows = LinkProblem.objects.filter(merchant=merchant)
    changed = rows.filter(digest=digest).update(times=F("times") + 1, last_at=clock.now())
    if changed or rows.count() >= MOST_ROWS:
        return
    try:
        with transaction.atomic():
            LinkProblem.objects.create(
                merchant=merchant,
                kind=kind,
                digest=digest,
                message=message[:300],
                field=field[:60],
                value=value[:120],
                product=product[:120],
                page=page[:300],
            )
    except IntegrityError:  # another visitor ran into it at the same moment
        rows.filter(digest=digest).update(times=F("times") + 1)


def clear_problems(*, merchant: Merchant) -> int:
    """The merchant has seen to them."""
    return LinkProblem.objects.filter(merchant=merchant).delete()[0]


def _known(merchant: Merchant, name: str) -> str:
    """Only what the catalogue knows: a page may have put a buyer's own words into the name."""
    named = Product.objects.filter(merchant=merchant, name=name)
    return name if name and (find_by_sku(merchant, name) or named.exists()) else ""
