"""Which shop system wrote this list? Its columns tell."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tradepost.catalog.layouts import etsy, magento, prestashop, woocommerce, xcart
from tradepost.catalog.layouts.translating import Findings, ListLayout
from tradepost.catalog.shopify.listed import Listing
from tradepost.catalog.shopify.reading import read_listing
from tradepost.catalog.shopify.table import ProductRow, ProductTable, UnreadableList

LAYOUTS: tuple[ListLayout, ...] = (
    woocommerce.LAYOUT,
    prestashop.LAYOUT,
    prestashop.GRID_LAYOUT,
    etsy.LAYOUT,
    magento.LAYOUT,
    xcart.LAYOUT,
    xcart.OLD_LAYOUT,
)
_SHOPIFY = (
    "handle", "url handle", "title", "body (html)", "body html", "description", "vendor", "type",
    "product type", "tags", "published", "published on online store", "status", "option1 name",
    "option1 value", "option2 name", "option2 value", "option3 name", "option3 value",
    "variant sku", "sku", "variant grams", "weight value (grams)", "variant inventory tracker",
    "inventory tracker", "variant inventory qty", "inventory quantity", "variant price", "price",
    "variant compare at price", "compare-at price", "variant requires shipping",
    "requires shipping", "variant taxable", "charge tax", "image src", "product image url",
    "image position", "image alt text", "variant image", "variant image url",
)  # fmt: skip


def read_table(table: ProductTable, *, currency: str, site: str = "") -> Listing:
    """The products of a list in any layout that is known.

    Raises:
        UnreadableList: no layout has these columns.
    """
    say = Findings(currency=currency, site=site)
    layout = next((known for known in LAYOUTS if known.signs <= _names(known, table)), None)
    if layout:
        rows = [*_labelled(layout.translate(table.rows, say), layout, table)]
    elif {"handle", "url handle", "title"} & table.labels.keys():
        rows = table.rows
    else:
        raise UnreadableList(_refusal(table))
    listing = read_listing(rows, currency)
    listing.layout = layout.name if layout else "Shopify"
    listing.mistakes = sorted([*say.mistakes, *listing.mistakes], key=lambda found: found.line)
    listing.warnings = sorted([*say.warnings, *listing.warnings], key=lambda found: found.line)
    listing.notes = say.notes
    listing.not_taken = [
        label
        for name, label in table.labels.items()
        if not (layout.taken.fullmatch(layout.known_as(name)) if layout else name in _SHOPIFY)
        and any(row.cells.get(name) for row in table.rows)
    ]
    return listing


def _names(layout: ListLayout, table: ProductTable) -> set[str]:
    return {layout.known_as(name) for name in table.labels}


def _refusal(table: ProductTable) -> str:
    if table.labels.keys() >= prestashop.COMBINATIONS:
        return _(
            "These are PrestaShop's combinations, which name no product and no price. Import the "
            "list of products; then write the options of each product on its page."
        )
    return _(
        "No column says which products these are. Lists of Shopify, WooCommerce, PrestaShop, Etsy, "
        "Magento and X-Cart are recognised by the names of their columns, which must stand in the "
        "first line as the shop wrote them. A list of your own needs the columns Title and Price."
    )


def _labelled(
    rows: Iterator[ProductRow], layout: ListLayout, table: ProductTable
) -> Iterator[ProductRow]:
    """Messages name the columns that the file has."""
    written = {layout.known_as(name): label for name, label in table.labels.items()}
    labels = {ours: written.get(theirs, theirs) for ours, theirs in layout.labels.items()}
    for row in rows:
        yield ProductRow(row.line, row.cells, labels)
