"""The shelves of the shop."""

from collections.abc import Mapping
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.catalog.actions.slugs import free_slug, readable
from tradepost.catalog.actions.version import content_changed
from tradepost.catalog.models import Category
from tradepost.catalog.types import CannotBeSaved
from tradepost.merchants.models import Merchant

DEEPEST = 3


class ShelfFields(TypedDict, total=False):
    """What may be said of a category besides its name."""

    slug: str
    description: str
    parent: Category | None
    position: int


class RenamedShelfFields(ShelfFields, total=False):
    """What may be changed of a category."""

    name: str


def create_category(
    *, merchant: Merchant, by: Actor, name: str, **fields: Unpack[ShelfFields]
) -> Category:
    """Fields: slug, description, parent, position. Raises: CannotBeSaved."""
    return _write(
        Category(merchant=merchant), by, "catalog.create_category", {"name": name, **fields}
    )


def change_category(
    *, category: Category, by: Actor, **fields: Unpack[RenamedShelfFields]
) -> Category:
    """Raises: CannotBeSaved, where the shelf would stand inside itself."""
    return _write(category, by, "catalog.change_category", fields)


def delete_category(*, category: Category, by: Actor) -> None:
    """Its products stay, without a category; its inner shelves move out."""
    merchant = category.merchant
    with transaction.atomic():
        record(actor=by, action="catalog.delete_category", target=category, merchant_id=merchant.pk)
        category.delete()
        content_changed(merchant=merchant)


def ensure_category(merchant: Merchant, name: str) -> Category:
    """The category of that name, made where there is none; for imports, inside their transaction."""
    name = " ".join(name.split())[:120]
    found = Category.objects.filter(merchant=merchant, name__iexact=name).first()
    if found:
        return found
    last = Category.objects.filter(merchant=merchant).order_by("-position").first()
    slug = free_slug(Category, merchant=merchant, wanted=readable(name))[:140]
    return Category.objects.create(
        merchant=merchant, name=name, slug=slug, position=last.position + 1 if last else 0
    )


def _write(category: Category, by: Actor, action: str, fields: Mapping[str, object]) -> Category:
    merchant = category.merchant
    for name, value in fields.items():
        if name not in {"name", "slug", "description", "parent", "position"}:
            raise TypeError(f"a category has no field {name!r} that can be changed")
        setattr(category, name, value)
    category.name = category.name.strip()
    if not category.name:
        raise CannotBeSaved("name", _("A category needs a name."))
    with transaction.atomic():
        _check_place(category)
        category.slug = free_slug(
            Category,
            merchant=merchant,
            wanted=category.slug or readable(category.name),
            but=category.pk,
        )[:140]
        category.save()
        record(actor=by, action=action, target=category, merchant_id=merchant.pk)
        content_changed(merchant=merchant)
    return category


def _check_place(category: Category) -> None:
    above = category.parent
    for _step in range(DEEPEST):
        if above is None:
            return
        if above.pk == category.pk and category.pk:
            raise CannotBeSaved("parent", _("A category cannot stand inside itself."))
        above = above.parent
    raise CannotBeSaved("parent", _("Categories can stand three deep."))
