"""Rows of Shopify's layout → products. A mistake spoils its own product only, and says where it is.

What can be brought in only in part (a second product with the same article number, a text longer than
its field) is brought in, and a warning says in which row and what became of it.
"""

import hashlib
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.utils.text import slugify
from django.utils.translation import gettext as _

from tradepost.catalog.shopify.described import pictures_in
from tradepost.catalog.shopify.listed import (
    ListedPicture,
    ListedProduct,
    ListedVariant,
    Listing,
    Mistake,
)
from tradepost.catalog.shopify.table import ProductRow, bare
from tradepost.catalog.texts import LONGEST
from tradepost.catalog.types import LONGEST_NAME, MOST_VARIANTS
from tradepost.lib.amount_text import may_be_group, parted
from tradepost.lib.money import Money, MoneyError

MOST_NUMBER = 1_000_000_000
LONGEST_SKU = 80
LONGEST_HANDLE = 255
_TRUE = {"true", "yes", "1", "wahr", "ja", "active", "vrai", "oui"}
_FALSE = {"false", "no", "0", "falsch", "nein", "faux", "non"}
_NUMBER = re.compile(
    r"-?(?:[0-9]{1,12}(?:[.,][0-9]{0,40})?|[.,][0-9]{1,40})(?:[eE][+-]?[0-9]{1,2})?"
)
_FINE_PRICE = re.compile(r"-?[0-9]{1,12}[.,][0-9]{4,40}")


class _Wrong(Exception):
    def __init__(self, column: str, message: str, value: str = "") -> None:
        super().__init__(message)
        self.column, self.message, self.value = column, message, value[:80]


def read_listing(rows: Iterable[ProductRow], currency: str) -> Listing:
    """Group rows by handle as it is written, and read each group.

    A group with a mistake is left out as a whole. Rows without a handle but with a title of their
    own are products without choices.
    """
    listing = Listing()
    groups: dict[str, list[ProductRow]] = {}
    for row in rows:
        handle = row.get("handle", "url handle")
        if handle or row.get("title"):
            groups.setdefault(handle or f"\n{row.line}", []).append(row)
        else:
            message = _("The row does not say which product it belongs to.")
            listing.mistakes.append(Mistake(row.line, row.label("Handle"), message))
    seen: set[str] = set()
    for handle, group in groups.items():
        product = _Reader(handle if handle[0] != "\n" else "", currency, seen).read(group, listing)
        if product:
            listing.products.append(product)
            seen.update(sku.casefold() for sku in product.skus)
    return listing


class _Reader:
    """One product of the file. ``seen``: article numbers of the products before it, case folded."""

    def __init__(self, handle: str, currency: str, seen: set[str]) -> None:
        self._handle, self._currency = handle, currency
        self._seen = set(seen)
        self._mistakes: list[Mistake] = []
        self._warnings: list[Mistake] = []

    def read(self, rows: list[ProductRow], listing: Listing) -> ListedProduct | None:
        """The product, or None where it has a mistake; what was found goes to ``listing``."""
        product = ListedProduct(rows[0].line, _kept(self._handle))
        for number, row in enumerate(rows):
            try:
                if number == 0:
                    self._read_head(product, row)
                else:
                    self._compare_title(product, row)
                if number == 0 or row.get("option1 value", "variant sku", "sku", "variant price"):
                    product.variants.append(self._read_variant(product, row))
            except _Wrong as wrong:
                column = row.label(wrong.column)
                self._mistakes.append(Mistake(row.line, column, wrong.message, wrong.value))
            self._read_picture(product, row)
        if len(product.variants) > MOST_VARIANTS:
            message = _("A product can have %(most)d combinations.") % {"most": MOST_VARIANTS}
            self._mistakes.append(Mistake(product.line, rows[0].label("Option1 Value"), message))
        product.pictures.sort(key=lambda picture: picture.position)
        _add_described(product)
        listing.mistakes.extend(self._mistakes)
        listing.warnings.extend([] if self._mistakes else self._warnings)
        return None if self._mistakes else product

    def _read_head(self, product: ListedProduct, row: ProductRow) -> None:
        name = " ".join(row.get("title").split())
        if not name:
            raise _Wrong("Title", _("The product has no title."))
        product.name = self._fitting(row, "Title", name, LONGEST_NAME)
        wanted = row.get("slug") or self._handle
        product.slug = slugify(wanted, allow_unicode=True)[:200] or slugify(
            name, allow_unicode=True
        )
        body = row.get("body (html)", "body html", "description")
        if len(body) > LONGEST:
            raise _Wrong("Body (HTML)", _("The description is too long."))
        # Markdown would take indented lines of HTML for program code.
        product.description = "\n".join(line.strip() for line in body.splitlines()).strip()
        product.maker = self._fitting(row, "Vendor", row.get("vendor"), 120)
        product.kind = self._fitting(row, "Type", row.get("type", "product type"), 120)
        product.tags = self._fitting(row, "Tags", row.get("tags"), 500)
        published = _yes(row, "Published", "published", "published on online store", default=True)
        product.visible = published and row.get("status").casefold() not in {"draft", "archived"}
        product.option_names = [
            self._fitting(row, f"Option{n} Name", " ".join(name.split()), 80)
            for n in "123"
            if (name := row.get(f"option{n} name"))
        ]
        if len(set(product.option_names)) < len(product.option_names):
            raise _Wrong("Option2 Name", _("Two options have the same name."))

    def _compare_title(self, product: ListedProduct, row: ProductRow) -> None:
        title = " ".join(row.get("title").split())
        if title and title[:LONGEST_NAME] != product.name:
            message = _("Another title than in row %(line)d; the first one is taken.")
            self._warn(row, "Title", message % {"line": product.line}, title)

    def _read_variant(self, product: ListedProduct, row: ProductRow) -> ListedVariant:
        price = self._money(row, "Variant Price", "variant price", "price")
        if price is None:
            raise _Wrong("Variant Price", _("The price is missing."))
        choice = self._choice(product, row)
        if product.variants and any(choice == variant.choice for variant in product.variants):
            raise _Wrong(
                "Option1 Value", _("This combination of options stands in the file twice.")
            )
        return ListedVariant(
            line=row.line,
            choice=choice,
            sku=self._sku(row),
            price_minor=price,
            compare_at_minor=self._money(
                row, "Variant Compare At Price", "variant compare at price", "compare-at price"
            ),
            grams=self._grams(row),
            stock=_stock(row),
            taxed=_yes(row, "Variant Taxable", "variant taxable", "charge tax", default=True),
            delivered=_yes(
                row, "Variant Requires Shipping", "variant requires shipping",
                "requires shipping", default=True,
            ),
            picture=row.get("variant image", "variant image url")[:1000],
        )  # fmt: skip

    def _choice(self, product: ListedProduct, row: ProductRow) -> dict[str, str]:
        choice = {}
        for number, name in enumerate(product.option_names, 1):
            column = f"Option{number} Value"
            value = " ".join(row.get(column.casefold()).split())
            if not value:
                raise _Wrong(column, _("The option %(name)s has no value.") % {"name": name})
            choice[name] = self._fitting(row, column, value, 80)
        return {} if list(choice.values()) == ["Default Title"] else choice

    def _sku(self, row: ProductRow) -> str:
        """The article number; empty, with a warning, where it is too long or stands there twice."""
        sku = bare(row.get("variant sku", "sku"))
        if len(sku) > LONGEST_SKU:
            message = _("The article number is longer than 80 characters; it is left empty.")
            self._warn(row, "Variant SKU", message, sku)
            return ""
        if sku and sku.casefold() in self._seen:
            message = _("The article number stands in the file twice; here it is left empty.")
            self._warn(row, "Variant SKU", message, sku)
            return ""
        self._seen.add(sku.casefold())
        return sku

    def _grams(self, row: ProductRow) -> int:
        """None of a weight is guessed: ``1,250`` may be one gram or a thousand, and is left empty."""
        names = ("variant grams", "weight value (grams)")
        text = bare(row.get(*names))
        number = parted(text)
        if number and number[1] == "," and may_be_group(number[0], number[2]):
            message = _("This weight can be read in two ways; it is left empty.")
            self._warn(row, "Variant Grams", message, text)
            return 0
        return _number(row, "Variant Grams", *names) or 0

    def _money(self, row: ProductRow, column: str, *names: str) -> int | None:
        text = bare(row.get(*names))
        if not text:
            return None
        # Four decimals and more are no thousands: other shops write ``16.528926`` and ``34.0000``.
        if _FINE_PRICE.fullmatch(text):
            digits = len(Money(0, self._currency).plain().partition(".")[2])
            exact = Decimal(text.replace(",", "."))
            text = str(exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))
        try:
            minor = Money.parse(text[:40], self._currency).minor
        except MoneyError:
            message = _("This is not a price in %(currency)s.") % {"currency": self._currency}
            raise _Wrong(column, message, text) from None
        if not 0 <= minor <= MOST_NUMBER * 100:
            raise _Wrong(column, _("This price is out of range."), text)
        return minor

    def _read_picture(self, product: ListedProduct, row: ProductRow) -> None:
        url = row.get("image src", "product image url")
        if not url:
            return
        alt = self._fitting(row, "Image Alt Text", row.get("image alt text"), 200)
        place = row.get("image position")
        position = int(place) if re.fullmatch(r"[0-9]{1,4}", place) else len(product.pictures)
        product.pictures.append(ListedPicture(row.line, url[:1000], alt, position))

    def _fitting(self, row: ProductRow, column: str, text: str, most: int) -> str:
        if len(text) > most:
            message = _("Longer than %(most)d characters; the rest is left out.") % {"most": most}
            self._warn(row, column, message, text)
        return text[:most].strip()

    def _warn(self, row: ProductRow, column: str, message: str, value: str) -> None:
        self._warnings.append(Mistake(row.line, row.label(column), message, value[:80]))


def _kept(handle: str) -> str:
    """As written; one that is longer than its column ends in a digest, so that no two become one."""
    if len(handle) <= LONGEST_HANDLE:
        return handle
    digest = hashlib.sha256(handle.encode()).hexdigest()
    return f"{handle[: LONGEST_HANDLE - len(digest) - 1]}~{digest}"


def _add_described(product: ListedProduct) -> None:
    """Behind the photos of the list come those of its choices and those inside the description."""
    named = {picture.url for picture in product.pictures}
    for variant in product.variants:
        if variant.picture and variant.picture not in named:
            named.add(variant.picture)
            place = len(product.pictures)
            product.pictures.append(ListedPicture(variant.line, variant.picture, "", place))
    for url, alt in pictures_in(product.description):
        if url[:1000] not in named:
            picture = ListedPicture(
                product.line, url[:1000], alt[:200], len(product.pictures), described=True
            )
            product.pictures.append(picture)


def _stock(row: ProductRow) -> int | None:
    """None where the file says that nobody counts. Oversold goods are simply sold out."""
    counted = row.get("variant inventory tracker", "inventory tracker")
    if row.has("variant inventory tracker") and not counted:
        return None
    names = ("variant inventory qty", "inventory quantity")
    number = parted(bare(row.get(*names)))
    if number and may_be_group(number[0], number[2]):
        message = _("This number can be read in two ways; write it without a mark for thousands.")
        raise _Wrong("Variant Inventory Qty", message, row.get(*names))
    return _number(row, "Variant Inventory Qty", *names)


def _number(row: ProductRow, column: str, *names: str) -> int | None:
    """Rounded to a whole: Shopify writes pounds as grams with ten decimals."""
    text = bare(row.get(*names))
    if not text:
        return None
    if len(text) > 60 or not _NUMBER.fullmatch(text):
        raise _Wrong(column, _("This is not a number."), text)
    exact = Decimal(text.replace(",", "."))
    if exact > MOST_NUMBER:
        raise _Wrong(column, _("This number is out of range."), text)
    return max(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)), 0)


def _yes(row: ProductRow, column: str, *names: str, default: bool) -> bool:
    text = row.get(*names).casefold()
    if text and text not in _TRUE | _FALSE:
        raise _Wrong(column, _("This must be TRUE or FALSE."), text)
    return text in _TRUE if text else default
