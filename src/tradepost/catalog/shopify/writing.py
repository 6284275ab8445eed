"""Products → a CSV file in Shopify's layout, which Tradepost's own import reads back unchanged."""

import csv
import io
from collections.abc import Iterable, Iterator

from django.conf import settings

from tradepost.catalog.models import Photo, Product, Variant
from tradepost.catalog.shopify.table import guarded
from tradepost.catalog.texts import shop_html
from tradepost.catalog.types import TaxClass
from tradepost.lib.money import Money

COLUMNS = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published",
    "Option1 Name", "Option1 Value", "Option2 Name", "Option2 Value", "Option3 Name", "Option3 Value",
    "Variant SKU", "Variant Grams", "Variant Inventory Tracker", "Variant Inventory Qty",
    "Variant Price", "Variant Compare At Price", "Variant Requires Shipping", "Variant Taxable",
    "Image Src", "Image Position", "Image Alt Text", "Variant Image", "Status",
)  # fmt: skip
_NUMBERS = {"Variant Grams", "Variant Inventory Qty", "Variant Price", "Image Position"}
_Cells = dict[str, object]


def write_listing(products: Iterable[Product]) -> Iterator[str]:
    """The file's lines, beginning with the heads; a mark first, so that Excel reads UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="")
    out.write("\ufeff")
    writer.writeheader()
    for product in products:
        for cells in _rows(product):
            writer.writerow({k: v if k in _NUMBERS else guarded(str(v)) for k, v in cells.items()})
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def _rows(product: Product) -> Iterator[_Cells]:
    """As many rows as there are variants or photos, whichever are more."""
    names = [option.name for option in product.options.all()]
    goods: list[Product | Variant] = list(product.variants.all()) or [product]
    photos = list(product.photos.all())
    for number in range(max(len(goods), len(photos))):
        cells: _Cells = {"Handle": product.list_handle or product.slug}
        if number == 0:
            cells |= _head(product)
        if number < len(goods):
            cells |= _goods(product, goods[number], names)
        if number < len(photos):
            cells |= _picture(photos[number], number + 1)
        yield cells


def _head(product: Product) -> _Cells:
    return {
        "Title": product.name,
        "Body (HTML)": shop_html(product.description).strip(),
        "Vendor": product.maker,
        "Type": product.category.name if product.category else "",
        "Tags": product.tags,
        "Published": "true" if product.visible else "false",
        "Status": "active" if product.visible else "draft",
    }


def _goods(product: Product, goods: Product | Variant, names: list[str]) -> _Cells:
    currency = product.merchant.currency
    options = goods.options if isinstance(goods, Variant) else {"Title": "Default Title"}
    cells: _Cells = {}
    for number, name in enumerate(names or ["Title"], 1):
        cells[f"Option{number} Name"] = name
        cells[f"Option{number} Value"] = options.get(name, "")
    former = product.compare_at_minor
    photo = goods.photo if isinstance(goods, Variant) else None
    return cells | {
        "Variant SKU": goods.sku,
        "Variant Grams": goods.weight_grams,
        "Variant Inventory Tracker": "" if goods.stock is None else "tradepost",
        "Variant Inventory Qty": "" if goods.stock is None else goods.stock,
        "Variant Price": Money(goods.price_minor, currency).plain(),
        "Variant Compare At Price": "" if former is None else Money(former, currency).plain(),
        "Variant Image": f"{settings.TRADEPOST.base_url}{photo.url}" if photo else "",
        "Variant Requires Shipping": "true" if product.needs_delivery else "false",
        "Variant Taxable": "false" if product.tax_class == TaxClass.ZERO else "true",
    }


def _picture(photo: Photo, position: int) -> _Cells:
    return {
        "Image Src": f"{settings.TRADEPOST.base_url}{photo.url}",
        "Image Position": position,
        "Image Alt Text": photo.alt,
    }
