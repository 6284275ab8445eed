"""What a buyer chooses: options with their values, and a variant for each combination."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product as combinations
from math import prod

from django.db import transaction
from django.utils.translation import gettext as _

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.catalog.actions.prices import note_prices
from tradepost.catalog.actions.products import check_sku, refresh_search
from tradepost.catalog.actions.stock import note_movement
from tradepost.catalog.actions.version import content_changed
from tradepost.catalog.models import Product, ProductOption, Variant
from tradepost.catalog.types import MOST_VARIANTS, CannotBeSaved, StockReason

MOST_OPTIONS = 3
Choice = dict[str, str]
CHANGEABLE = frozenset({"sku", "own_price_minor", "stock", "own_weight_grams", "photo"})


def set_options(
    *, product: Product, options: Sequence[tuple[str, Sequence[str]]], by: Actor
) -> list[Variant]:
    """Replace the options; make a variant for each combination of their values.

    A variant whose choice still exists keeps its article number, price and stock; one that an added
    option splits goes to the first of the new values. The rest are deleted. Without options the
    product itself holds what the variants held together.

    Raises:
        CannotBeSaved: two options of one name, one without values, or too many combinations.
    """
    wanted = checked_options(options)
    counted = product.stock is not None or product.variants.filter(stock__isnull=False).exists()
    with transaction.atomic():
        locked = Product.objects.select_for_update(of=("self",)).get(pk=product.pk)
        before, left = locked.stock, locked.stock_in_all
        product.options.all().delete()
        product.stock = None if wanted else left
        product.save(update_fields=["stock"])
        if not wanted:
            note_movement(product, before=before, reason=StockReason.COUNTED)
        ProductOption.objects.bulk_create(
            ProductOption(
                merchant=product.merchant, product=product, name=name, values=values, position=place
            )
            for place, (name, values) in enumerate(wanted)
        )
        variants = _remake(product, wanted, counted=counted)
        note_prices(product)
        refresh_search(product)
        record(
            actor=by,
            action="catalog.set_options",
            target=product,
            merchant_id=product.merchant_id,
            detail={"options": len(wanted), "variants": len(variants)},
        )
        content_changed(merchant=product.merchant)
    return variants


def change_variants(
    *,
    product: Product,
    changes: Mapping[int, Mapping[str, object]],
    remove: Iterable[int] = (),
    by: Actor,
) -> None:
    """``changes`` by row number: ``CHANGEABLE`` fields; ``remove``: combinations that are not made.

    Raises:
        CannotBeSaved: an article number is taken; ``row`` says in which variant.
    """
    with transaction.atomic():
        rows = Variant.objects.select_for_update(of=("self",)).filter(product=product)
        rows.filter(pk__in=remove).delete()
        # Two variants may change numbers with each other.
        rows.filter(pk__in=[pk for pk, fields in changes.items() if "sku" in fields]).update(sku="")
        for row in rows.filter(pk__in=changes).order_by("pk"):
            row.product, row.merchant = product, product.merchant
            try:
                write_variant(row, changes[row.pk], reason=StockReason.COUNTED)
            except CannotBeSaved as refused:
                raise CannotBeSaved(refused.field, str(refused), row.pk) from None
        note_prices(product)
        refresh_search(product)
        record(
            actor=by,
            action="catalog.change_variants",
            target=product,
            merchant_id=product.merchant_id,
        )
        content_changed(merchant=product.merchant)


def write_variant(row: Variant, fields: Mapping[str, object], *, reason: StockReason) -> None:
    """Check and save one variant, without record and version.

    Raises:
        CannotBeSaved
    """
    before = row.stock if row.pk else None
    for name, value in fields.items():
        if name not in CHANGEABLE:
            raise TypeError(f"a variant has no field {name!r} that can be changed")
        setattr(row, name, value)
    row.sku = row.sku.strip()
    check_sku(row.merchant, row.sku, variant=row)
    row.save()
    note_movement(row, before=before, reason=reason)


def checked_options(
    options: Sequence[tuple[str, Sequence[str]]], made: int | None = None
) -> list[tuple[str, list[str]]]:
    """Names and values trimmed, empty ones and repeats left out.

    ``made``: how many combinations there will be, where not all of them are made.

    Raises:
        CannotBeSaved
    """
    found: dict[str, list[str]] = {}
    for name, values in options:
        name = " ".join(name.split())[:80]
        kept = list(dict.fromkeys(" ".join(value.split())[:80] for value in values))
        kept = [value for value in kept if value]
        if not name and not kept:
            continue
        if not name or not kept:
            raise CannotBeSaved("options", _("An option needs a name and at least one value."))
        if name in found:
            raise CannotBeSaved("options", _("Two options have the same name."))
        found[name] = kept
    if len(found) > MOST_OPTIONS:
        raise CannotBeSaved("options", _("A product can have three options."))
    count = prod(len(values) for values in found.values()) if made is None else made
    if found and count > MOST_VARIANTS:
        raise CannotBeSaved("options", _("These options make more than 100 combinations."))
    return list(found.items())


def _remake(
    product: Product, options: list[tuple[str, list[str]]], *, counted: bool
) -> list[Variant]:
    """``counted``: somebody counts this product's stock, so new variants begin with nothing."""
    names = [name for name, _values in options]
    wanted = [
        dict(zip(names, values, strict=True))
        for values in combinations(*(values for _name, values in options))
        if names
    ]
    left = list(product.variants.all())
    kept: list[Variant] = []
    for place, choice in enumerate(wanted):
        row = _heir(left, choice) or Variant(
            merchant=product.merchant, product=product, stock=0 if counted else None
        )
        row.choose(choice)
        row.position = place
        row.save()
        kept.append(row)
    product.variants.exclude(pk__in=[row.pk for row in kept]).delete()
    return kept


def _heir(left: list[Variant], choice: Choice) -> Variant | None:
    """The variant that becomes this choice: the same one, or one that it refines or coarsens."""
    tests: tuple[Callable[[Choice], bool], ...] = (
        lambda old: old == choice,
        lambda old: old.items() <= choice.items(),
        lambda old: choice.items() <= old.items(),
    )
    for test in tests:
        found = next((row for row in left if row.options and test(row.options)), None)
        if found:
            left.remove(found)
            return found
    return None
