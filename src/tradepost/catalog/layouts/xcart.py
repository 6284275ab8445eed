"""X-Cart 5: a product's further variants stand in rows below it. X-Cart 4: one row a product."""

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
from tradepost.catalog.shopify.table import ProductRow, bare

_MANY = "&&"
_PATH = ">>>"
_OPTION = re.compile(r"(.{1,80}) \(field:(?:product|class|global)[^)]*\)")
_NO = {"no", "n", "0", "false"}


def translate(rows: list[ProductRow], say: Findings) -> Iterator[ProductRow]:
    groups: list[list[ProductRow]] = []
    for row in rows:
        sku, name = bare(row.get("sku")), row.get("name")
        above = groups[-1][0] if groups else None
        goes_on = above and sku in {"", bare(above.get("sku"))} and name in {"", above.get("name")}
        if goes_on:
            groups[-1].append(row)
        else:
            groups.append([row])
    for group in groups:
        if bare(group[0].get("sku")) or group[0].get("name"):
            yield from _product(group, say)
        else:
            message = _("The row does not say which product it belongs to.")
            say.leave_out(group[0], "sku", message)


def _product(group: list[ProductRow], say: Findings) -> Iterator[ProductRow]:
    row = group[0]
    handle = bare(row.get("sku")) or row.get("name")
    urls = [url for line in group for url in split(line.get("images"), _MANY)]
    alts = [alt for line in group for alt in split(line.get("imagesalt"), _MANY)]
    head = _head(row, say) | {
        "image src": urls[0] if urls else "",
        "image alt text": alts[0] if alts else "",
        "image position": "1",
    }
    variants = [line for line in group if any(line.get(name) for name in _OF_A_VARIANT)]
    options = _options(variants)
    if len(options) > 3:
        message = _("A product can have three options.")
        say.leave_out(row, "variantSKU", message, ", ".join(options.values()))
        return
    if not options:
        variants = [row]
    head |= {f"option{n} name": name for n, name in enumerate(options.values(), 1)}
    for place, line in enumerate(variants):
        cells = _goods(row, line, say) | {
            f"option{n} value": line.get(column) for n, column in enumerate(options, 1)
        }
        yield ProductRow(
            row.line if place == 0 else line.line,
            (head if place == 0 else {}) | cells | {"handle": handle},
        )
    yield from picture_rows(row, handle, urls, alts)


_OF_A_VARIANT = ("variantsku", "variantprice", "variantquantity", "variantid")


def _options(variants: list[ProductRow]) -> dict[str, str]:
    """Columns of attributes in which each variant has one value, with the name of the attribute."""
    if not variants:
        return {}
    columns = {name: match[1] for name in variants[0].cells if (match := _OPTION.fullmatch(name))}
    return {
        column: name.capitalize()
        for column, name in columns.items()
        if all(row.get(column) and _MANY not in row.get(column) for row in variants)
    }


def _head(row: ProductRow, say: Findings) -> dict[str, str]:
    parts = (row.get("briefdescription"), row.get("description"))
    return {
        "slug": row.get("cleanurl").removesuffix(".html") or row.get("name"),
        "title": row.get("name"),
        "body (html)": "\n\n".join(part for part in parts if part),
        "vendor": row.get("brand (field:global)", "brand"),
        "type": one_category(row, "categories", split(row.get("categories"), _MANY), _PATH, say),
        "tags": ", ".join(split(row.get("tags"), _MANY)),
        "published": "false" if row.get("enabled").casefold() in _NO else "true",
    }


def _goods(row: ProductRow, line: ProductRow, say: Findings) -> dict[str, str]:
    """A variant that leaves price, weight or stock open has the product's."""
    weight = line.get("variantweight") or row.get("weight")
    if weight.strip("0.,"):
        say.note(_("Weights are read as pounds, X-Cart's usual unit."))
    stock = line.get("variantquantity") or row.get("stocklevel")
    counted = row.get("inventorytrackingenabled").casefold() not in _NO
    price = line.get("variantprice") or row.get("price")
    former = row.get("marketprice") if row.get("marketprice").strip("0.,") else ""
    return {
        "variant sku": line.get("variantsku") or (line.get("sku") if line is row else ""),
        "variant price": price,
        "variant compare at price": former,
        "variant grams": grams(weight, "lbs") if weight else "",
        "variant inventory tracker": "x-cart" if counted and stock else "",
        "variant inventory qty": stock,
        "variant requires shipping": "false" if row.get("shippable").casefold() in _NO else "true",
        "variant image": line.get("variantimage"),
    }


def translate_old(rows: list[ProductRow], say: Findings) -> Iterator[ProductRow]:
    """X-Cart 4; its variants are in another part of its files."""
    for row in rows:
        code = bare(row.get("!productcode"))
        weight = row.get("!weight")
        if weight.strip("0.,"):
            say.note(_("Weights are read as pounds, X-Cart's usual unit."))
        category = row.get("!category")
        yield ProductRow(
            row.line,
            {
                "handle": code or row.get("!productid"),
                "slug": row.get("!clean_url") or row.get("!product"),
                "title": row.get("!product"),
                "body (html)": row.get("!fulldescr", "!descr"),
                "vendor": row.get("!manufacturer"),
                "type": one_category(row, "!CATEGORY", [category] if category else [], "/", say),
                "published": "false" if row.get("!forsale").casefold() in _NO else "true",
                "variant sku": code,
                "variant price": row.get("!price"),
                "variant grams": grams(weight, "lbs") if weight else "",
                "variant inventory tracker": "x-cart" if row.get("!avail") else "",
                "variant inventory qty": row.get("!avail"),
                "image src": row.get("!image", "!thumbnail"),
            },
        )


LAYOUT = ListLayout(
    name="X-Cart",
    signs=frozenset({"sku", "price", "name", "stocklevel"}),
    taken=re.compile(
        r"sku|price|marketprice|name|description|briefdescription|categories|images|imagesalt"
        r"|stocklevel|inventorytrackingenabled|enabled|shippable|weight|cleanurl|tags|brand"
        r"|brand \(field:global\)|variant(sku|price|quantity|weight|image|id)"
        r"|[^(]{1,80} \(field:(product|class|global)[^()]{0,200}\)"
    ),
    labels={
        "handle": "sku", "title": "name", "body (html)": "description", "type": "categories",
        "variant sku": "variantsku", "variant price": "price", "variant grams": "weight",
        "variant compare at price": "marketprice", "variant inventory qty": "stocklevel",
        "image src": "images", "image alt text": "imagesalt",
    },
    translate=translate,
)  # fmt: skip
OLD_LAYOUT = ListLayout(
    name="X-Cart 4",
    signs=frozenset({"!productcode", "!product", "!price"}),
    taken=re.compile(
        r"!(productid|productcode|product|clean_url|weight|price|avail|category|forsale|descr"
        r"|fulldescr|image|thumbnail|manufacturer)"
    ),
    labels={
        "handle": "!productcode", "title": "!product", "body (html)": "!fulldescr",
        "variant sku": "!productcode", "variant price": "!price", "variant grams": "!weight",
        "variant inventory qty": "!avail", "image src": "!image",
    },
    translate=translate_old,
)  # fmt: skip
