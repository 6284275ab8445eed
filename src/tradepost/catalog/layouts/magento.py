"""Magento 2: a configurable product names its simple ones, which have rows of their own."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from tradepost.catalog.layouts.translating import (
    Findings,
    ListLayout,
    grams,
    one_category,
    picture_rows,
    reduced,
    split,
)
from tradepost.catalog.shopify.table import ProductRow, bare

_ROOT = "default category"
_NOT_SOLD_HERE = {"grouped", "bundle", "giftcard"}
_UNSENT = {"virtual", "downloadable"}


def translate(rows: list[ProductRow], say: Findings) -> Iterator[ProductRow]:
    own = [row for row in rows if not row.get("store_view_code")]
    if len(own) < len(rows):
        say.note(
            _("%(count)d rows hold texts for other store views; they are left out.")
            % {"count": len(rows) - len(own)}
        )
    by_sku = {bare(row.get("sku")).casefold(): row for row in own}
    parts = {part["sku"].casefold() for row in own for part in _variations(row) if "sku" in part}
    for row in own:
        kind = row.get("product_type").casefold()
        if kind in _NOT_SOLD_HERE:
            message = _("Products of this type are not sold here; the row is left out.")
            say.leave_out(row, "product_type", message, kind)
        elif kind == "configurable" and _variations(row):
            yield from _configurable(row, by_sku, say)
        elif bare(row.get("sku")).casefold() not in parts:
            yield from _simple(row, say)


def _simple(row: ProductRow, say: Findings) -> Iterator[ProductRow]:
    urls, alts = _pictures(row, say)
    handle = bare(row.get("sku"))
    yield ProductRow(
        row.line, _head(row, say, urls, alts) | _goods(row, say, []) | {"handle": handle}
    )
    yield from picture_rows(row, handle, urls, alts)


def _configurable(
    row: ProductRow, by_sku: dict[str, ProductRow], say: Findings
) -> Iterator[ProductRow]:
    urls, alts = _pictures(row, say)
    handle = bare(row.get("sku"))
    parts = _variations(row)
    labels = dict(
        pair
        for part in split(row.get("configurable_variation_labels"), ",")
        if (pair := _pair(part))
    )
    names = [name for name in parts[0] if name != "sku"]
    if len(names) > 3:
        message = _("A product can have three options.")
        say.leave_out(row, "configurable_variations", message, ", ".join(names))
        return
    head = _head(row, say, urls, alts)
    head |= {f"option{n} name": labels.get(name, name) for n, name in enumerate(names, 1)}
    first = True
    for part in parts:
        child = by_sku.get(part.get("sku", "").casefold())
        if child is None:
            message = _("The simple product of this variation is not in the file.")
            say.warn(row, "configurable_variations", message, part.get("sku", ""))
            continue
        cells = _goods(child, say, _pictures(child, say)[0])
        cells |= {f"option{n} value": part.get(name, "") for n, name in enumerate(names, 1)}
        yield ProductRow(
            row.line if first else child.line, (head if first else {}) | cells | {"handle": handle}
        )
        first = False
    if first:
        message = _("None of the simple products of this product is in the file.")
        say.leave_out(row, "configurable_variations", message)
        return
    yield from picture_rows(row, handle, urls, alts)


def _head(row: ProductRow, say: Findings, urls: list[str], alts: list[str]) -> dict[str, str]:
    paths = [path for path in split(row.get("categories"), ",") if path.casefold() != _ROOT]
    parts = (row.get("short_description"), row.get("description"))
    attributes = dict(
        pair for part in split(row.get("additional_attributes"), ",") if (pair := _pair(part))
    )
    return {
        "slug": row.get("url_key") or row.get("name"),
        "title": row.get("name"),
        "body (html)": "\n\n".join(part for part in parts if part),
        "vendor": row.get("manufacturer") or attributes.get("manufacturer", ""),
        "type": one_category(row, "categories", paths, "/", say),
        "published": "false" if row.get("product_online") in {"0", "2"} else "true",
        "image src": urls[0] if urls else "",
        "image alt text": alts[0] if alts else "",
        "image position": "1",
    }


def _goods(row: ProductRow, say: Findings, pictures: list[str]) -> dict[str, str]:
    if row.get("weight").strip("0.,"):
        say.note(_("Weights are read as kilograms; Magento's list does not say their unit."))
    counts = row.get("manage_stock") != "0" or row.get("use_config_manage_stock") == "1"
    gone = row.get("is_in_stock") == "0"
    return reduced(
        row.get("price"),
        row.get("special_price"),
        _day(row.get("special_price_from_date")),
        _day(row.get("special_price_to_date")),
    ) | {
        "variant sku": row.get("sku"),
        "variant grams": grams(row.get("weight"), "kg") if row.get("weight") else "",
        "variant inventory tracker": "magento" if gone or (counts and row.get("qty")) else "",
        "variant inventory qty": "0" if gone else row.get("qty"),
        "variant taxable": "false" if row.get("tax_class_name").casefold() == "none" else "true",
        "variant requires shipping": "false" if row.get("product_type") in _UNSENT else "true",
        "variant image": pictures[0] if pictures else "",
    }


def _pictures(row: ProductRow, say: Findings) -> tuple[list[str], list[str]]:
    """Addresses and descriptions; paths are meant below the shop's folder of pictures."""
    paths = [row.get("base_image"), *split(row.get("additional_images"), ",")]
    alts = [row.get("base_image_label"), *row.get("additional_image_labels").split(",")]
    found = dict(reversed(list(zip(paths, [*alts, *[""] * len(paths)], strict=False))))
    kept = [path for path in dict.fromkeys(paths) if path and path != "no_selection"]
    base = f"{say.site.rstrip('/')}/media/catalog/product/"
    urls = [path if "://" in path else base + path.lstrip("/") for path in kept]
    if any("://" not in path for path in kept) and not say.site:
        say.note(_("The pictures are named without their website; give yours in Shop details."))
        return [], []
    return urls, [found[path].strip() for path in kept]


def _variations(row: ProductRow) -> list[dict[str, str]]:
    """``sku=A-S,size=S,colour=Red|sku=A-M,…``; a comma may stand inside a value."""
    found = []
    for variation in row.get("configurable_variations").split("|"):
        parts = re.split(r",(?=[A-Za-z0-9_]{1,60}=)", variation)
        values = dict(pair for part in parts if (pair := _pair(part)))
        if values:
            found.append(values)
    return found


def _pair(text: str) -> tuple[str, str] | None:
    name, sign, value = text.partition("=")
    return (name.strip(), value.strip()) if sign and name.strip() else None


def _day(text: str) -> str:
    """``12/24/26, 12:00 AM`` of an American office, or a day that begins with the year."""
    match = re.match(r"(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})\b", text)
    if not match:
        return text
    year = match[3] if len(match[3]) == 4 else f"20{match[3]}"
    return f"{year}-{int(match[1]):02}-{int(match[2]):02}"


LAYOUT = ListLayout(
    name="Magento",
    signs=frozenset({"sku", "product_type", "attribute_set_code"}),
    taken=re.compile(
        r"sku|store_view_code|attribute_set_code|product_type|categories|product_websites|name"
        r"|description|short_description|weight|product_online|tax_class_name|visibility|price"
        r"|special_price(_from_date|_to_date)?|url_key|base_image(_label)?"
        r"|(small|thumbnail|swatch)_image(_label)?|additional_image(s|_labels)|qty|is_in_stock"
        r"|(use_config_)?manage_stock|configurable_variation(s|_labels)|manufacturer"
        r"|(created|updated)_at"
    ),
    labels={
        "handle": "sku", "title": "name", "body (html)": "description", "type": "categories",
        "variant sku": "sku", "variant price": "price", "variant grams": "weight",
        "variant compare at price": "price", "variant inventory qty": "qty",
        "option1 value": "configurable_variations", "option2 value": "configurable_variations",
        "option3 value": "configurable_variations", "option2 name": "configurable_variations",
        "image src": "base_image",
    },
    translate=translate,
)  # fmt: skip
