"""Everything that changes a product itself. Stock has its own file, and so have photos and options."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.billing.meters import AllowanceReached, require_room
from tradepost.catalog.actions.prices import note_prices
from tradepost.catalog.actions.slugs import free_slug, note_move, readable
from tradepost.catalog.actions.stock import note_movement
from tradepost.catalog.actions.version import content_changed
from tradepost.catalog.models import Category, Product, ProductOption, Variant, same_sku
from tradepost.catalog.pictures import delete_files
from tradepost.catalog.search import search_text_of
from tradepost.catalog.texts import LONGEST
from tradepost.catalog.types import PRODUCTS_METER, CannotBeSaved, StockReason
from tradepost.merchants.models import Merchant

CHANGEABLE = frozenset(
    {
        *("name", "slug", "description", "price_minor", "compare_at_minor", "tax_class", "sku"),
        *("stock", "visible", "weight_grams", "units", "category", "needs_delivery", "maker"),
        *("tags", "created_at", "list_handle"),
    }
)


class NewProductFields(TypedDict, total=False):
    """What may be said of a product besides name and price; the rest keeps its default."""

    slug: str
    description: str
    compare_at_minor: int | None
    tax_class: str
    sku: str
    stock: int | None
    visible: bool
    weight_grams: int
    units: Decimal
    category: Category | None
    needs_delivery: bool
    maker: str
    tags: str
    created_at: datetime
    list_handle: str


class ChangedProductFields(NewProductFields, total=False):
    """What may be changed of a product: ``CHANGEABLE``."""

    name: str
    price_minor: int


def create_product(
    *,
    merchant: Merchant,
    by: Actor,
    name: str,
    price_minor: int,
    reason: StockReason = StockReason.COUNTED,
    **fields: Unpack[NewProductFields],
) -> Product:
    """A new product; ``slug`` is made from the name unless given. Fields: ``CHANGEABLE``.

    Raises:
        CannotBeSaved: the article number is taken, a field cannot hold what was given, or the shop's plan
            has no room for one more.
    """
    product = Product(merchant=merchant, name=name, price_minor=price_minor)
    with transaction.atomic():
        refuse_beyond_plan(merchant)
        write_product(product, fields, reason=reason)
        note_prices(product)
        record(actor=by, action="catalog.create_product", target=product, merchant_id=merchant.pk)
        content_changed(merchant=merchant)
    return product


def refuse_beyond_plan(merchant: Merchant) -> None:
    """Before a product is made, in its transaction. Raises: CannotBeSaved."""
    try:
        require_room(merchant=merchant, meter=PRODUCTS_METER)
    except AllowanceReached as full:
        raise CannotBeSaved("name", full.in_words) from None


def change_product(
    *,
    product: Product,
    by: Actor,
    reason: StockReason = StockReason.COUNTED,
    **changes: Unpack[ChangedProductFields],
) -> Product:
    """Change the named fields. A new address leaves the old one leading on to it.

    Raises:
        CannotBeSaved
    """
    with transaction.atomic():
        current = Product.objects.select_for_update(of=("self",)).get(pk=product.pk)
        current.merchant = product.merchant
        before = {name: getattr(current, name) for name in changes}
        write_product(current, changes, reason=reason)
        note_prices(current)
        changed = sorted(name for name in changes if getattr(current, name) != before[name])
        record(
            actor=by,
            action="catalog.change_product",
            target=current,
            merchant_id=current.merchant_id,
            detail={"fields": changed},
        )
        content_changed(merchant=current.merchant)
    return current


def write_product(product: Product, fields: Mapping[str, Any], *, reason: StockReason) -> None:
    """Check and save, without record and version: an import writes those once for all its products.

    Raises:
        CannotBeSaved
    """
    unknown = set(fields) - CHANGEABLE
    if unknown:
        raise TypeError(f"a product has no field {unknown.pop()!r} that can be changed")
    old_slug, old_stock = product.slug, None if product.pk is None else product.stock
    is_new = product.pk is None
    for name, value in fields.items():
        setattr(product, name, value)
    product.name, product.sku = product.name.strip(), product.sku.strip()
    if is_new or "slug" in fields:
        product.slug = free_slug(
            Product,
            merchant=product.merchant,
            wanted=fields.get("slug") or readable(product.name),
            but=product.pk,
        )
    _check(product)
    product.search_text = search_text_of(product, [] if is_new else _skus_of(product))
    _save(product)
    note_move(product=product, old="" if is_new else old_slug)
    if is_new or "stock" in fields:
        note_movement(product, before=old_stock, reason=reason)


def refresh_search(product: Product) -> None:
    """After a change of variants, whose article numbers are searched, too."""
    product.search_text = search_text_of(product, _skus_of(product))
    product.save(update_fields=["search_text", "updated_at"])


def delete_product(*, product: Product, by: Actor) -> None:
    """The product, its choices, photos and their files. Orders keep their own copy of each line."""
    merchant = product.merchant
    with transaction.atomic():
        names = [name for photo in product.photos.all() for name in photo.names]
        record(actor=by, action="catalog.delete_product", target=product, merchant_id=merchant.pk)
        product.delete()
        content_changed(merchant=merchant)
        transaction.on_commit(lambda: delete_files(names))


def duplicate_product(*, product: Product, by: Actor) -> Product:
    """A hidden copy without stock, article numbers and photos, to be made into something else."""
    merchant = product.merchant
    copied = ("description", "tax_class", "weight_grams", "units", "category")
    more = ("needs_delivery", "maker", "tags")
    with transaction.atomic():
        copy = create_product(
            merchant=merchant,
            by=by,
            name=_("%(name)s (copy)") % {"name": product.name[:230]},
            price_minor=product.price_minor,
            stock=None if product.stock is None else 0,
            visible=False,
            **{name: getattr(product, name) for name in (*copied, *more)},
        )
        ProductOption.objects.bulk_create(
            ProductOption(
                merchant=merchant, product=copy, name=o.name, values=o.values, position=o.position
            )
            for o in product.options.all()
        )
        Variant.objects.bulk_create(
            Variant(
                merchant=merchant,
                product=copy,
                options=v.options,
                label=v.label,
                own_price_minor=v.own_price_minor,
                stock=None if v.stock is None else 0,
                own_weight_grams=v.own_weight_grams,
                position=v.position,
            )
            for v in product.variants.all()
        )
        note_prices(copy)
    return copy


def _skus_of(product: Product) -> list[str]:
    return [sku for sku in product.variants.values_list("sku", flat=True) if sku]


def _check(product: Product) -> None:
    if not product.name:
        raise CannotBeSaved("name", _("A product needs a name."))
    if len(product.description) > LONGEST:
        raise CannotBeSaved("description", _("The description is too long."))
    check_sku(product.merchant, product.sku, product=product)
    for name, highest in (("price_minor", 10**12), ("compare_at_minor", 10**12), ("stock", 10**9)):
        value = getattr(product, name)
        if value is not None and not 0 <= value <= highest:
            raise CannotBeSaved(name.removesuffix("_minor"), _("This number is out of range."))


def sku_in_use(
    merchant: Merchant, sku: str, *, product: Product | None = None, variant: Variant | None = None
) -> bool:
    """Whether something else than ``product`` and ``variant`` has that article number."""
    if not sku:
        return False
    products = Product.objects.filter(same_sku(sku), merchant=merchant)
    variants = Variant.objects.filter(same_sku(sku), merchant=merchant)
    if product is not None and product.pk:
        products = products.exclude(pk=product.pk)
    if variant is not None and variant.pk:
        variants = variants.exclude(pk=variant.pk)
    return products.exists() or variants.exists()


def check_sku(
    merchant: Merchant, sku: str, *, product: Product | None = None, variant: Variant | None = None
) -> None:
    """An article number names one thing in the shop, product or choice; ``DE-1`` is ``de-1``.

    Raises:
        CannotBeSaved
    """
    if sku_in_use(merchant, sku, product=product, variant=variant):
        text = _("The article number %(sku)s is used by another product.")
        raise CannotBeSaved("sku", text % {"sku": sku})


def _save(product: Product) -> None:
    """The unique constraints are the last word when two people save at once."""
    try:
        with transaction.atomic():
            product.save()
    except IntegrityError:
        raise CannotBeSaved("sku", _("Somebody else has just saved the same; try again.")) from None
