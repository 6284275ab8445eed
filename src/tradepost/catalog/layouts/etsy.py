"""Etsy: one row a listing; its variations share one cell, and so do their article numbers."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from itertools import product as combinations

from django.utils.translation import gettext as _

from tradepost.catalog.layouts.translating import Findings, ListLayout, picture_rows, split
from tradepost.catalog.shopify.table import ProductRow

_PICTURES = 20


def translate(rows: list[ProductRow], say: Findings) -> Iterator[ProductRow]:
    seen: Counter[str] = Counter()
    for row in rows:
        currency = row.get("currency_code").upper()
        if currency and currency != say.currency:
            message = _("The price is in another currency than your shop's, %(currency)s.")
            say.leave_out(
                row, "CURRENCY_CODE", message % {"currency": say.currency}, row.get("currency_code")
            )
            continue
        title = unescape(row.get("title"))
        seen[title] += 1  # a listing has no number of its own in this file
        handle = title if seen[title] == 1 else f"{title} #{seen[title]}"
        yield from _listing(row, title, handle, say)


def _listing(row: ProductRow, title: str, handle: str, say: Findings) -> Iterator[ProductRow]:
    urls = [url for n in range(1, _PICTURES + 1) if (url := row.get(f"image{n}", f"image {n}"))]
    head = {
        "slug": title,
        "title": title,
        "body (html)": _with_breaks(unescape(row.get("description"))),
        "tags": unescape(row.get("tags")).replace("_", " "),
        "image src": urls[0] if urls else "",
        "image position": "1",
    }
    names, values = _variations(row)
    head |= {f"option{place} name": name for place, name in enumerate(names, 1)}
    choices = list(combinations(*values)) if names else [()]
    skus = _skus(row, len(choices), say)
    stock = _stock(row, len(choices), say)
    for place, (choice, sku) in enumerate(zip(choices, skus, strict=True)):
        cells = {"handle": handle, "variant price": row.get("price"), "variant sku": sku} | stock
        cells |= {f"option{number} value": value for number, value in enumerate(choice, 1)}
        yield ProductRow(row.line, cells if place else head | cells)
    yield from picture_rows(row, handle, urls, [])


def _variations(row: ProductRow) -> tuple[list[str], list[list[str]]]:
    names, values = [], []
    for number in "12":
        found = split(unescape(row.get(f"variation {number} values")), ",")
        name = unescape(row.get(f"variation {number} name", f"variation {number} type"))
        if found:
            names.append(name or _("Choice"))
            values.append(list(dict.fromkeys(found)))
    return names, values


def _skus(row: ProductRow, count: int, say: Findings) -> list[str]:
    """In the order of the combinations, where there are as many; else none is guessed."""
    skus = row.get("sku").split(",") if count > 1 else [row.get("sku")]
    if len(skus) == count:
        return [sku.strip() for sku in skus]
    if row.get("sku"):
        message = _("The article numbers cannot be told apart; they are left empty.")
        say.warn(row, "SKU", message, row.get("sku"))
    return [""] * count


def _stock(row: ProductRow, count: int, say: Findings) -> dict[str, str]:
    quantity = row.get("quantity")
    if count == 1:
        return {
            "variant inventory tracker": "etsy" if quantity else "",
            "variant inventory qty": quantity,
        }
    if quantity:
        message = _("The quantity is that of all choices together; count each of them anew.")
        say.warn(row, "QUANTITY", message, quantity)
    say.note(_("Etsy's list has one price for all choices of a listing: look at their prices."))
    return {"variant inventory tracker": "", "variant inventory qty": ""}


def _with_breaks(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines())


LAYOUT = ListLayout(
    name="Etsy",
    signs=frozenset({"title", "price", "currency_code", "quantity"}),
    taken=re.compile(
        r"title|description|price|currency_code|quantity|tags|image ?\d{1,2}|sku"
        r"|variation [12] (type|name|values)"
    ),
    labels={
        "title": "title", "body (html)": "description", "variant price": "price",
        "variant sku": "sku", "variant inventory qty": "quantity", "tags": "tags",
        "option1 value": "variation 1 values", "option2 value": "variation 2 values",
        "option2 name": "variation 2 name", "image src": "image1",
    },
    translate=translate,
)  # fmt: skip
