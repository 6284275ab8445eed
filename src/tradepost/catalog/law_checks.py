"""What the laws about prices and products find in a shop's catalogue."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tradepost.catalog.models import Photo, PriceChange, Product, Variant
from tradepost.law.figures import DAYS_OF_FORMER_PRICE, in_force
from tradepost.law.types import LawCheck, LawFinding, LawGap, ShopFact
from tradepost.merchants.models import Merchant

_Good = tuple[int, int | None]  # row numbers of a product and, where it has some, a variant
_NAMED = 3
_BEFORE_AND_AFTER = 2
_LOOKED_AT = 200  # products with a former price: a page must answer


def shown_products(merchant: Merchant) -> QuerySet[Product]:
    return Product.objects.filter(merchant=merchant, visible=True)


def _names(rows: QuerySet[Product]) -> str:
    return ", ".join(rows.order_by("name").values_list("name", flat=True)[:_NAMED])


def _products_page(merchant: Merchant) -> str:
    return reverse("catalog_office:products", args=[merchant.handle])


def makers_named(merchant: Merchant) -> LawFinding:
    goods = shown_products(merchant).filter(needs_delivery=True)
    without = goods.filter(maker="")
    missing, looked = without.count(), goods.count()
    gaps: tuple[LawGap, ...] = ()
    if missing:
        words = ngettext(
            "%(count)s product without the maker’s name: %(names)s",
            "%(count)s products without the maker’s name, such as: %(names)s",
            missing,
        ) % {"count": missing, "names": _names(without)}
        gaps = (LawGap(words=words, url=_products_page(merchant)),)
    return LawFinding(evidence=_looked(looked), gaps=gaps)


def _looked(count: int) -> str:
    words = ngettext(
        "Looked at %(count)s product that the shop shows.",
        "Looked at %(count)s products that the shop shows.",
        count,
    )
    return words % {"count": count}


def photos_described(merchant: Merchant) -> LawFinding:
    photos = Photo.objects.filter(merchant=merchant, product__visible=True)
    without, looked = photos.filter(alt="").count(), photos.count()
    gaps: tuple[LawGap, ...] = ()
    if without:
        words = ngettext(
            "%(count)s photo without a description for people who do not see it",
            "%(count)s photos without a description for people who do not see them",
            without,
        ) % {"count": without}
        gaps = (LawGap(words=words, url=_products_page(merchant)),)
    words = ngettext("Looked at %(count)s photo.", "Looked at %(count)s photos.", looked)
    return LawFinding(evidence=words % {"count": looked}, gaps=gaps)


def former_prices(merchant: Merchant) -> LawFinding:
    """Every crossed-out price against the history of prices; three queries."""
    products = shown_products(merchant).exclude(compare_at_minor=None).order_by("pk")
    rows = list(products.prefetch_related("variants")[:_LOOKED_AT])
    history = _history(merchant, [product.pk for product in rows])
    shown, wrong = 0, []
    for product in rows:
        goods: list[Product | Variant] = list(product.variants.all()) or [product]
        for one in goods:
            if isinstance(one, Variant):
                one.product = product
            former = one.former_minor
            number = one.pk if isinstance(one, Variant) else None
            shown += former is not None
            if former is not None and not _is_allowed(former, history[product.pk, number]):
                wrong.append(str(one))
    evidence = _(
        "%(asked)s products have a former price; %(shown)s crossed-out prices were compared with the history of prices, the others are not shown for want of a reduction or of 30 days of history."
    ) % {"asked": len(rows), "shown": shown}
    words = _("crossed-out prices above the lowest of the 30 days before: %(names)s")
    gap = LawGap(words=words % {"names": ", ".join(wrong[:_NAMED])}, url=_products_page(merchant))
    return LawFinding(evidence=evidence, gaps=(gap,) if wrong else ())


def _history(merchant: Merchant, products: list[int]) -> dict[_Good, list[tuple[datetime, int]]]:
    changes = PriceChange.objects.filter(
        merchant=merchant, product_id__in=products, currency=merchant.currency
    ).order_by("at", "pk")
    found: dict[_Good, list[tuple[datetime, int]]] = defaultdict(list)
    for product, variant, at, price in changes.values_list(
        "product_id", "variant_id", "at", "price_minor"
    ):
        found[product, variant].append((at, price))
    return found


def _is_allowed(former_minor: int, changes: list[tuple[datetime, int]]) -> bool:
    """Nothing cheaper stood in the shop in the days before the last change, and those days are known."""
    if len(changes) < _BEFORE_AND_AFTER:
        return False
    began = changes[-1][0]
    days = in_force(DAYS_OF_FORMER_PRICE, began.date()).value
    since = began - timedelta(days=days)
    earlier = [price for at, price in changes[:-1] if at <= since]
    within = [price for at, price in changes[:-1] if at > since]
    return bool(earlier) and former_minor <= min([earlier[-1], *within])


FACTS = {
    "products": ShopFact(
        holds=lambda shop: shown_products(shop.merchant).exists(),
        otherwise=gettext_lazy("Your shop shows no products."),
    ),
    "goods": ShopFact(
        holds=lambda shop: shown_products(shop.merchant).filter(needs_delivery=True).exists(),
        otherwise=gettext_lazy("Your shop shows no products that have to be delivered."),
    ),
}
CHECKS = {
    "former prices": LawCheck(
        label=gettext_lazy("Crossed-out prices follow the history"), look=former_prices
    ),
    "makers named": LawCheck(label=gettext_lazy("Makers are named"), look=makers_named),
    "photos described": LawCheck(label=gettext_lazy("Photos are described"), look=photos_described),
}
