"""PrestaShop: the columns of its import files, and the shorter list that the office exports."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from tradepost.catalog.layouts.translating import (
    Findings,
    ListLayout,
    grams,
    one_category,
    picture_rows,
    split,
)
from tradepost.catalog.shopify.table import ProductRow

COMBINATIONS = frozenset({"attribute (name:type:position)*", "value (value:position)*"})
_EXCLUDED = ("price tax excluded", "price (tax excl.)", "price (tax excluded)")
_INCLUDED = ("price tax included", "price (tax incl.)", "price (tax included)")
_EITHER = ("price tax excluded or price tax included",)
_HOME = {"home", "accueil", "inicio", "startseite", "root"}


def translate(rows: list[ProductRow], say: Findings) -> Iterator[ProductRow]:
    for row in rows:
        number = row.get("product id", "product id *", "id")
        handle = f"id:{number}" if number else row.get("reference #", "reference") or _name(row)
        urls = split(row.get("image urls (x,y,z...)"), ",")
        alts = split(row.get("image alt texts (x,y,z...)"), ",")
        head = _head(row, say) | _goods(row, say)
        if urls:
            head |= {
                "image src": urls[0],
                "image position": "1",
                "image alt text": alts[0] if alts else "",
            }
        yield ProductRow(row.line, head | {"handle": handle})
        yield from picture_rows(row, handle, urls, alts)


def _head(row: ProductRow, say: Findings) -> dict[str, str]:
    paths = split(row.get("categories (x,y,z...)", "category"), ",")
    paths = [path for path in paths if path.casefold() not in _HOME]
    parts = (row.get("summary", "short description"), row.get("description"))
    return {
        "slug": row.get("url rewritten") or _name(row),
        "title": _name(row),
        "body (html)": "\n\n".join(part for part in parts if part),
        "vendor": row.get("manufacturer", "brand"),
        "type": one_category(row, "Categories (x,y,z...)", paths, "/", say),
        "tags": row.get("tags (x,y,z...)"),
        "published": _published(row),
    }


def _goods(row: ProductRow, say: Findings) -> dict[str, str]:
    weight = row.get("weight", "package weight")
    if weight.strip("0.,"):
        say.note(_("Weights are read as kilograms, PrestaShop's usual unit."))
    return {
        "variant sku": row.get("reference #", "reference"),
        "variant price": _price(row, say),
        "variant grams": grams(weight, "kg") if weight else "",
        "variant inventory tracker": "prestashop" if row.get("quantity") else "",
        "variant inventory qty": row.get("quantity"),
        "variant requires shipping": "false" if row.get("virtual product") == "1" else "true",
    }


def _price(row: ProductRow, say: Findings) -> str:
    """Prices with tax where the file has them; it is for the merchant to know which are meant."""
    with_tax = row.get(*_INCLUDED)
    if with_tax:
        return with_tax
    if row.get(*_EXCLUDED):
        say.note(
            _(
                "The prices of this file are without tax. They are taken as they stand: look at "
                "Settings, Prices and tax, before you import."
            )
        )
    return row.get(*_EXCLUDED, *_EITHER)


def _published(row: ProductRow) -> str:
    active = row.get("active (0/1)", "active", "status", "enabled").casefold()
    hidden = row.get("visibility").casefold() == "none"
    return "false" if hidden or active in {"0", "no", "false"} else "true"


def _name(row: ProductRow) -> str:
    return row.get("name *", "name*", "name")


_TAKEN = re.compile(
    r"(product )?id( \*)?|active( \(0/1\))?|status|enabled|name ?\*?|categories \(x,y,z\.\.\.\)"
    r"|category|price (\()?tax .*|reference( #)?|manufacturer|brand|weight|package weight|quantity"
    r"|summary|short description|description|tags \(x,y,z\.\.\.\)|url rewritten|visibility"
    r"|image urls \(x,y,z\.\.\.\)|image alt texts \(x,y,z\.\.\.\)|virtual product"
)
_LABELS = {
    "title": "name *", "body (html)": "description", "variant sku": "reference #",
    "variant price": "price tax excluded", "variant grams": "weight",
    "variant inventory qty": "quantity", "tags": "tags (x,y,z...)",
    "image alt text": "image alt texts (x,y,z...)", "image src": "image urls (x,y,z...)",
}  # fmt: skip


def _known_as(name: str) -> str:
    return {"name*": "name *", "categories (x,y,z…)": "categories (x,y,z...)"}.get(name, name)


LAYOUT = ListLayout(
    name="PrestaShop",
    signs=frozenset({"active (0/1)", "name *"}),
    taken=_TAKEN,
    labels=_LABELS,
    translate=translate,
    known_as=_known_as,
)
GRID_LAYOUT = ListLayout(
    name="PrestaShop",
    signs=frozenset({"product id", "name", "reference", "category", "price (tax excl.)"}),
    taken=_TAKEN,
    labels=_LABELS
    | {"title": "name", "variant sku": "reference", "variant price": "price (tax excl.)"},
    translate=translate,
)
