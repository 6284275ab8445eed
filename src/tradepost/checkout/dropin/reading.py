"""Fields → the lines a page asks for. Every doubt is a :class:`PostRefused` with what to do about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from tradepost.checkout.dropin.amounts import (
    MAX_BANDS,
    Prices,
    decimal_mark_of,
    read_bands,
    read_number,
    read_quantity,
    read_units,
    signed_prices,
)
from tradepost.checkout.dropin.form_fields import Fields
from tradepost.checkout.dropin.packed import option_of, unpack
from tradepost.checkout.dropin.rows import PostRow, rows_of
from tradepost.checkout.dropin.signing import PriceField, Signable
from tradepost.checkout.types import NotTaken, PageLine, PostRefused, Signature
from tradepost.lib.weblinks import web_address

MAX_LINES = 200
LONGEST_TEXT = 1000
_YES = {"1", "yes", "true", "on"}


@dataclass(frozen=True)
class Shop:
    """What reading needs to know of the shop. ``signature`` checks a hash with its keys.

    ``needs_price`` tells of a line by its article number whether the page has to say the price; where
    the catalogue does, a price on the page may be missing or unreadable. ``decimal_mark`` is that of
    the shop's language.
    """

    currency: str
    currency_number: str
    decimal_mark: str
    needs_price: Callable[[str], bool]
    signature: Callable[[Signable, str], Signature]


@dataclass(frozen=True)
class _Priced:
    """What a line costs as the page says it, and whether its decimals had to be rounded."""

    unit: int | None = None
    bands: tuple[tuple[int, int], ...] = ()
    rounded: bool = False


def read_lines(fields: Fields, shop: Shop) -> list[PageLine]:
    """All lines, in the order of their numbers; numbers may have gaps.

    Raises:
        PostRefused: with one problem for each line that cannot be read; then none is taken.
    """
    _check_currency(fields, shop)
    rows = rows_of(fields)
    if len(rows) > MAX_LINES:
        raise PostRefused(NotTaken(_("This form has more lines than a cart can take.")))
    prices = _prices_of(rows, shop)
    lines, problems = list[PageLine](), list[NotTaken]()
    for row in rows:
        try:
            lines.extend(_read_line(row, shop, prices))
        except PostRefused as refused:
            problems.extend(refused.problems)
    if problems:
        raise PostRefused(*problems)
    return lines


def _prices_of(rows: list[PostRow], shop: Shop) -> Prices:
    """The decimal mark that the form's own prices show goes before the one of the shop's language."""
    bands = [
        part.partition(",")[2]
        for row in rows
        for part in row.own("discountpr").split(":", MAX_BANDS)
    ]
    shown = decimal_mark_of([*(row.own("price") for row in rows), *bands])
    return Prices(shop.currency, shown or shop.decimal_mark, is_shown=bool(shown))


def signables_of(fields: Fields) -> list[tuple[str, Signable]]:
    """What a hash of each line would cover, by the line's number; quantities are not asked for.

    Raises: PostRefused.
    """
    return [(row.number, _what(row)[0]) for row in rows_of(fields)]


def _check_currency(fields: Fields, shop: Shop) -> None:
    asked = fields.get("currency")
    if asked.upper() not in {"", "0", shop.currency, shop.currency_number}:
        raise PostRefused(
            NotTaken(
                _("This link asks for a currency in which the shop does not sell."),
                "currency",
                asked,
            )
        )


def _read_line(row: PostRow, shop: Shop, prices: Prices) -> Iterator[PageLine]:
    """Nothing for a line that the buyer left out; see the list in docs/drop-in-cart.md."""
    if row.number and _left_out(row):
        return
    quantity = read_quantity(row.own("qty"), "qty" + row.number)
    if quantity == 0:
        return
    signable, given, options = _what(row)
    if not signable.description and not signable.scode:
        what = NotTaken(
            _("This link does not say which product it is about."), "product" + row.number
        )
        raise PostRefused(what)
    if len(", ".join(options)) > LONGEST_TEXT:
        long = NotTaken(_("The choices of this product are too long."), "product[]" + row.number)
        raise PostRefused(long)
    if len(signable.description or signable.scode) > LONGEST_TEXT:
        long = NotTaken(_("The name of this product is too long."), "product" + row.number)
        raise PostRefused(long)
    signature = shop.signature(signable, given) if given else Signature.NONE
    if signature:
        prices = signed_prices(signable.price, shop.currency, shop.decimal_mark)
    priced = _price(row.number, signable, shop, prices)
    yield PageLine(
        description=signable.description or signable.scode,
        options=tuple(options),
        quantity=quantity,
        unit_minor=priced.unit,
        bands=priced.bands,
        rounded=priced.rounded,
        tax_rate=read_number(signable.tax, "tax" + row.number, highest=100),
        units=read_units(signable.units, "units" + row.number, prices.decimal_mark),
        no_shipping=signable.no_shipping,
        sku=_article_number(signable.scode, row.number),
        quantity_box=_quantity_box(row),
        thumb_url=web_address(row.own("thumb")),
        product_url=web_address(row.own("producturl")),
        signature=signature,
        sent_price=signable.price[:120],
    )


def _price(number: str, signable: Signable, shop: Shop, prices: Prices) -> _Priced:
    """Only from ``signable``: what is not covered by the hash must not decide about the price."""
    field = signable.price_field.value + number
    is_needed = shop.needs_price(signable.scode)
    try:
        if signable.price_field == PriceField.BANDS:
            bands, rounded = read_bands(signable.price, prices, field)
            return _Priced(bands=bands, rounded=rounded)
        if signable.price:
            read = prices.read(signable.price, field)
            return _Priced(read.minor, rounded=read.rounded)
    except PostRefused:
        if is_needed:
            raise
        return _Priced()
    if is_needed:
        raise PostRefused(
            NotTaken(
                _("This link does not say what the product costs."), field, signable.description
            )
        )
    return _Priced()


def _article_number(scode: str, number: str) -> str:
    """Raises: PostRefused; a shortened number could be another article's."""
    if len(scode) > 80:
        raise PostRefused(
            NotTaken(_("The article number is longer than 80 characters."), "scode" + number, scode)
        )
    return scode


def _left_out(row: PostRow) -> bool:
    """An empty or missing quantity leaves a numbered line out; so does an empty choice.

    Not where the page gives no box to fill in and asks for nothing else: that line means one.
    """
    if row.has("productpr"):
        chosen = row.own("productpr")
        return not chosen or (row.has("qty") and not row.own("qty"))
    if row.is_lone and _quantity_box(row):
        return False
    return not row.own("qty") and not row.more["productpr"]


def _what(row: PostRow) -> tuple[Signable, str, list[str]]:
    """The canonical fields, the hash that came with them, and the options a buyer chose."""
    description, *options = row.parts("product") or [""]
    bands = row.own("discountpr")
    price, price_field = bands or row.own("price"), PriceField.PRICE
    if bands:
        price_field = PriceField.BANDS
    units, scode, given = row.get("units"), row.own("scode"), row.own("hash")
    packed = row.parts("productpr")
    if packed:
        parts = unpack(packed[0], "productpr" + row.number)
        options = [description, *options] if description else options
        description, price, price_field = parts[0], parts[1], PriceField.PRICE
        units, scode, given = parts[2] or units, parts[3] or scode, parts[4] or given
        options += [option_of(more, "productpr" + row.number) for more in packed[1:]]
    signable = Signable(
        description=description,
        price=price,
        price_field=price_field,
        units=units,
        no_shipping=row.get("noship").lower() in _YES,
        tax=row.get("tax"),
        scode=scode,
        currency=row.fields.get("currency"),
    )
    return signable, given, options


def _quantity_box(row: PostRow) -> int:
    chosen = row.get("noqty")
    return int(chosen) if chosen in {"1", "2", "3"} else 0
