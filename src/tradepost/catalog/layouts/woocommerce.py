"""WooCommerce: one row a product, one row a variation that names its parent by id or SKU."""

import re
from collections.abc import Iterator
from itertools import product as combinations

from django.utils.translation import gettext as _

from tradepost.catalog.layouts.translating import (
    Findings,
    ListLayout,
    grams,
    one_category,
    picture_rows,
    reduced,
)
from tradepost.catalog.shopify.table import ProductRow

# The export writes its columns in the language of the shop's owner.
_GERMAN = {
    "typ": "type", "artikelnummer": "sku", "art.-nr.": "sku", "veröffentlicht": "published",
    "kurzbeschreibung": "short description", "beschreibung": "description",
    "datum, an dem angebotspreis beginnt": "date sale price starts",
    "datum, an dem angebotspreis endet": "date sale price ends", "steuerstatus": "tax status",
    "vorrätig?": "in stock?", "bestand": "stock", "lager": "stock",
    "gewicht (kg)": "weight (kg)", "gewicht (g)": "weight (g)", "angebotspreis": "sale price",
    "regulärer preis": "regular price", "kategorien": "categories",
    "schlagwörter": "tags", "bilder": "images", "übergeordnetes produkt": "parent",
    "übergeordnet": "parent",
}  # fmt: skip
_GERMAN_ATTRIBUTE = re.compile(r"attribut ([0-9]{1,2}) (name|wert\(e\))")
_ATTRIBUTE = re.compile(r"attribute ([0-9]{1,2}) name")
_UNIT = re.compile(r"weight \((kg|g|lbs|oz)\)")
_COMMA = re.compile(r"(?<!\\),")
_NOT_SOLD_HERE = {"grouped", "external", "bundle", "composite", "subscription"}
_MOST_CHOICES = 200


def translate(rows: list[ProductRow], say: Findings) -> Iterator[ProductRow]:
    rows = [_in_english(row) for row in rows]
    parents: dict[str, ProductRow] = {}
    for row in rows:
        if "variation" not in _kinds(row):
            parents |= dict.fromkeys(filter(None, (f"id:{row.get('id')}", row.get("sku"))), row)
    children: dict[int, list[ProductRow]] = {}
    for row in rows:
        if "variation" not in _kinds(row):
            continue
        parent = parents.get(row.get("parent"))
        if parent is None:
            message = _("The product that this variation belongs to is not in the file.")
            say.leave_out(row, "Parent", message, row.get("parent"))
        else:
            children.setdefault(parent.line, []).append(row)
    for row in rows:
        kinds = _kinds(row)
        if kinds & _NOT_SOLD_HERE:
            message = _("Products of this type are not sold here; the row is left out.")
            say.leave_out(row, "Type", message, row.get("type"))
        elif "variation" not in kinds:
            yield from _product(row, children.get(row.line, []), say)


def _product(row: ProductRow, variations: list[ProductRow], say: Findings) -> Iterator[ProductRow]:
    handle = row.get("sku") or (f"id:{row.get('id')}" if row.get("id") else row.get("name"))
    urls = _list(row.get("images"))
    head = {
        "handle": handle,
        "slug": row.get("name"),
        "title": row.get("name"),
        "body (html)": _description(row),
        "vendor": row.get("brands"),
        "type": one_category(row, "Categories", _list(row.get("categories")), ">", say),
        "tags": row.get("tags"),
        "published": "true" if row.get("published") in {"", "1"} else "false",
        "image src": urls[0] if urls else "",
        "image position": "1",
    }
    names = _attributes(row) if variations else {}
    made = [cells for child in variations for cells in _variation(row, child, names, say)]
    if variations:
        head |= {f"option{place} name": name for place, name in enumerate(names.values(), 1)}
    if len(names) > 3:
        message = _("A product can have three options.")
        say.leave_out(row, "Attribute 4 name", message, ", ".join(names.values()))
        return
    goods = made or [(row, _goods(row, row))]
    for number, (source, cells) in enumerate(goods):
        yield ProductRow(
            source.line if number else row.line,
            (head if number == 0 else {}) | cells | {"handle": handle},
        )
    yield from picture_rows(row, handle, urls, [])


def _variation(
    parent: ProductRow, child: ProductRow, names: dict[str, str], say: Findings
) -> Iterator[tuple[ProductRow, dict[str, str]]]:
    """One row of ours for each choice: a variation without a value stands for every value."""
    theirs = {child.get(f"attribute {n} name"): child.get(f"attribute {n} value(s)") for n in names}
    values = []
    for number, name in names.items():
        value = theirs.get(name, "")
        every = _list(parent.get(f"attribute {number} value(s)"))
        values.append([value.replace("\\,", ",")] if value else every or [""])
    choices = list(combinations(*values))[:_MOST_CHOICES]
    if len(choices) > 1:
        text = _("This variation stands for any value; it becomes one combination for each.")
        say.warn(child, "Attribute 1 value(s)", text, child.get("sku"))
    for place, choice in enumerate(choices):
        cells = _goods(child, parent)
        cells |= {f"option{number} value": value for number, value in enumerate(choice, 1)}
        if place:
            cells["variant sku"] = ""
        yield child, cells


def _goods(row: ProductRow, parent: ProductRow) -> dict[str, str]:
    unit = next((m[1] for name in row.cells if (m := _UNIT.fullmatch(name))), "kg")
    weight = row.get(f"weight ({unit})") or parent.get(f"weight ({unit})")
    counted = row.get("stock") not in {"", "parent"}
    gone = row.get("in stock?") == "0"
    kinds = _kinds(row)
    pictures = _list(row.get("images")) if row is not parent else []
    return reduced(
        row.get("regular price"),
        row.get("sale price"),
        row.get("date sale price starts"),
        row.get("date sale price ends"),
    ) | {
        "variant sku": row.get("sku"),
        "variant grams": grams(weight, unit) if weight else "",
        "variant inventory tracker": "woocommerce" if counted or gone else "",
        "variant inventory qty": row.get("stock") if counted else "0",
        "variant taxable": "false" if row.get("tax status") == "none" else "true",
        "variant requires shipping": "false" if kinds & {"virtual", "downloadable"} else "true",
        "variant image": pictures[0] if pictures else "",
    }


def _attributes(row: ProductRow) -> dict[str, str]:
    """Number and name of the attributes that have values, in the order of the file."""
    numbers = [match[1] for name in row.cells if (match := _ATTRIBUTE.fullmatch(name))]
    return {
        number: name
        for number in numbers
        if (name := row.get(f"attribute {number} name")) and row.get(f"attribute {number} value(s)")
    }


def _description(row: ProductRow) -> str:
    """Line breaks are written as backslash and n."""
    parts = (row.get("short description"), row.get("description"))
    return "\n\n".join(part.replace("\\n", "\n") for part in parts if part)


def _kinds(row: ProductRow) -> set[str]:
    return {kind.strip() for kind in row.get("type").casefold().split(",")}


def _list(text: str) -> list[str]:
    return [part.strip().replace("\\,", ",") for part in _COMMA.split(text) if part.strip()]


def _in_english(row: ProductRow) -> ProductRow:
    return ProductRow(row.line, {english(name): cell for name, cell in row.cells.items()})


def english(name: str) -> str:
    attribute = _GERMAN_ATTRIBUTE.fullmatch(name)
    if attribute:
        part = "name" if attribute[2] == "name" else "value(s)"
        return f"attribute {attribute[1]} {part}"
    return _GERMAN.get(name, name)


LAYOUT = ListLayout(
    name="WooCommerce",
    signs=frozenset({"type", "sku", "name", "published", "regular price"}),
    taken=re.compile(
        r"id|type|sku|name|published|short description|description|date sale price (starts|ends)"
        r"|tax status|in stock\?|stock|weight \(\w+\)|sale price|regular price|categories|tags"
        r"|images|parent|brands|attribute \d+ (name|value\(s\)|visible|global|default)"
    ),
    labels={
        "handle": "sku", "title": "name", "body (html)": "description", "type": "categories",
        "tags": "tags", "variant sku": "sku", "variant price": "regular price",
        "variant compare at price": "regular price", "variant grams": "weight (kg)",
        "variant inventory qty": "stock", "option1 value": "attribute 1 value(s)",
        "option2 value": "attribute 2 value(s)", "option3 value": "attribute 3 value(s)",
        "option2 name": "attribute 2 name", "image src": "images",
    },
    translate=translate,
    known_as=english,
)  # fmt: skip
