"""Rows of Shopify's layout → products. A mistake spoils its own product only, and says where it is."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from django.utils.text import slugify
from django.utils.translation import gettext as _

from tradepost.catalog.shopify.described import pictures_in
from tradepost.catalog.shopify.table import Row
from tradepost.catalog.texts import LONGEST
from tradepost.lib.money import Money, MoneyError

MOST_NUMBER = 1_000_000_000
_TRUE = {"true", "yes", "1", "wahr", "ja", "active"}
_FALSE = {"false", "no", "0", "falsch", "nein"}


@dataclass(frozen=True)
class Mistake:
    """What is wrong in which line; ``value`` as it stands there, clipped."""

    line: int
    column: str
    message: str
    value: str = ""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


class _Wrong(Exception):
    def __init__(self, column: str, message: str, value: str = "") -> None:
        super().__init__(message)
        self.column, self.message, self.value = column, message, value[:80]


@dataclass(frozen=True)
class ListedVariant:
    choice: dict[str, str]
    sku: str
    price_minor: int
    compare_at_minor: int | None
    grams: int
    stock: int | None
    taxed: bool
    delivered: bool


@dataclass(frozen=True)
class ListedPicture:
    line: int
    url: str
    alt: str
    position: int
    described: bool = False  # it stood inside the description


@dataclass
class ListedProduct:
    """One product of the file, with its variants and pictures in order."""

    line: int
    handle: str
    name: str = ""
    description: str = ""
    maker: str = ""
    kind: str = ""
    tags: str = ""
    visible: bool = True
    option_names: list[str] = field(default_factory=list)
    variants: list[ListedVariant] = field(default_factory=list)
    pictures: list[ListedPicture] = field(default_factory=list)

    @property
    def has_choices(self) -> bool:
        """Shopify writes a product without options as one with the option "Title: Default Title"."""
        return any(variant.choice for variant in self.variants)

    @property
    def skus(self) -> list[str]:
        return [variant.sku for variant in self.variants if variant.sku]

    def option_values(self) -> list[tuple[str, list[str]]]:
        return [
            (name, list(dict.fromkeys(v.choice[name] for v in self.variants if name in v.choice)))
            for name in self.option_names
        ]


@dataclass
class Listing:
    products: list[ListedProduct] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def read_listing(rows: Iterable[Row], currency: str) -> Listing:
    """Group rows by handle and read each group; a group with a mistake is left out as a whole."""
    listing = Listing()
    groups: dict[str, list[Row]] = {}
    for row in rows:
        handle = slugify(row.get("handle", "url handle"))[:200]
        if handle:
            groups.setdefault(handle, []).append(row)
        else:
            message = _("The row does not say which product it belongs to.")
            listing.mistakes.append(Mistake(row.line, "Handle", message))
    seen: dict[str, str] = {}
    for handle, group in groups.items():
        mistakes: list[Mistake] = []
        product = _read_product(handle, group, currency, mistakes)
        _check_skus(product, seen, mistakes)
        if mistakes:
            listing.mistakes.extend(mistakes)
        else:
            listing.products.append(product)
    return listing


def _read_product(
    handle: str, rows: list[Row], currency: str, mistakes: list[Mistake]
) -> ListedProduct:
    product = ListedProduct(rows[0].line, handle)
    for number, row in enumerate(rows):
        try:
            if number == 0:
                _read_head(product, row)
            if number == 0 or row.get("option1 value", "variant sku", "sku", "variant price"):
                product.variants.append(_read_variant(product, row, currency))
        except _Wrong as wrong:
            mistakes.append(Mistake(row.line, wrong.column, wrong.message, wrong.value))
        url = row.get("image src", "product image url")
        if url:
            alt = row.get("image alt text")[:200]
            place = row.get("image position")
            position = int(place) if re.fullmatch(r"[0-9]{1,4}", place) else len(product.pictures)
            product.pictures.append(ListedPicture(row.line, url[:1000], alt, position))
    product.pictures.sort(key=lambda picture: picture.position)
    _add_described(product)
    return product


def _add_described(product: ListedProduct) -> None:
    """Behind the photos of the list come the pictures that stood inside the description."""
    named = {picture.url for picture in product.pictures}
    for url, alt in pictures_in(product.description):
        if url[:1000] not in named:
            picture = ListedPicture(
                product.line, url[:1000], alt[:200], len(product.pictures), True
            )
            product.pictures.append(picture)


def _read_head(product: ListedProduct, row: Row) -> None:
    product.name = " ".join(row.get("title").split())
    if not product.name:
        raise _Wrong("Title", _("The product has no title."))
    if len(product.name) > 200:
        raise _Wrong("Title", _("The title is longer than 200 characters."), product.name)
    body = row.get("body (html)", "body html", "description")
    if len(body) > LONGEST:
        raise _Wrong("Body (HTML)", _("The description is too long."))
    # Markdown would take indented lines of HTML for program code.
    product.description = "\n".join(line.strip() for line in body.splitlines()).strip()
    product.maker = row.get("vendor")[:120]
    product.kind = row.get("type", "product type")[:120]
    product.tags = row.get("tags")[:500]
    published = _yes(row, "Published", "published", "published on online store", default=True)
    product.visible = published and row.get("status").casefold() not in {"draft", "archived"}
    product.option_names = [
        " ".join(name.split())[:80] for n in "123" if (name := row.get(f"option{n} name"))
    ]
    if len(set(product.option_names)) < len(product.option_names):
        raise _Wrong("Option2 Name", _("Two options have the same name."))


def _read_variant(product: ListedProduct, row: Row, currency: str) -> ListedVariant:
    price = _money(row, "Variant Price", currency, "variant price", "price")
    if price is None:
        raise _Wrong("Variant Price", _("The price is missing."))
    choice = _choice(product, row)
    if product.variants and any(choice == variant.choice for variant in product.variants):
        raise _Wrong("Option1 Value", _("This combination of options stands in the file twice."))
    return ListedVariant(
        choice=choice,
        sku=_sku(row),
        price_minor=price,
        compare_at_minor=_money(
            row, "Variant Compare At Price", currency, "variant compare at price", "compare-at price"
        ),
        grams=_number(row, "Variant Grams", "variant grams", "weight value (grams)") or 0,
        stock=_stock(row),
        taxed=_yes(row, "Variant Taxable", "variant taxable", "charge tax", default=True),
        delivered=_yes(
            row, "Variant Requires Shipping", "variant requires shipping", "requires shipping",
            default=True,
        ),
    )  # fmt: skip


def _choice(product: ListedProduct, row: Row) -> dict[str, str]:
    choice = {}
    for number, name in enumerate(product.option_names, 1):
        value = " ".join(row.get(f"option{number} value").split())[:80]
        if not value:
            raise _Wrong(
                f"Option{number} Value", _("The option %(name)s has no value.") % {"name": name}
            )
        choice[name] = value
    return {} if list(choice.values()) == ["Default Title"] else choice


def _sku(row: Row) -> str:
    sku = row.get("variant sku", "sku").strip()
    if len(sku) > 80:
        raise _Wrong("Variant SKU", _("The article number is longer than 80 characters."), sku)
    return sku


def _stock(row: Row) -> int | None:
    """None where the file says that nobody counts. Oversold goods are simply sold out."""
    counted = row.get("variant inventory tracker", "inventory tracker")
    if row.has("variant inventory tracker") and not counted:
        return None
    return _number(row, "Variant Inventory Qty", "variant inventory qty", "inventory quantity")


def _number(row: Row, column: str, *names: str) -> int | None:
    text = row.get(*names).strip()
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,12}([.,][0-9]{1,6})?", text):
        raise _Wrong(column, _("This is not a number."), text)
    number = round(float(text.replace(",", ".")))
    if number > MOST_NUMBER:
        raise _Wrong(column, _("This number is out of range."), text)
    return max(number, 0)


def _money(row: Row, column: str, currency: str, *names: str) -> int | None:
    text = row.get(*names).strip()
    if not text:
        return None
    try:
        minor = Money.parse(text[:40], currency).minor
    except MoneyError:
        raise _Wrong(
            column, _("This is not a price in %(currency)s.") % {"currency": currency}, text
        ) from None
    if not 0 <= minor <= MOST_NUMBER * 100:
        raise _Wrong(column, _("This price is out of range."), text)
    return minor


def _yes(row: Row, column: str, *names: str, default: bool) -> bool:
    text = row.get(*names).strip().casefold()
    if text and text not in _TRUE | _FALSE:
        raise _Wrong(column, _("This must be TRUE or FALSE."), text)
    return text in _TRUE if text else default


def _check_skus(product: ListedProduct, seen: dict[str, str], mistakes: list[Mistake]) -> None:
    for sku in product.skus:
        if sku in seen:
            message = _("The article number stands in the file twice.")
            mistakes.append(Mistake(product.line, "Variant SKU", message, sku))
        seen[sku] = product.handle
