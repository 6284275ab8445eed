"""Fields → the lines a page asks for. Every doubt is a :class:`Refused` with what to do about it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from tradepost.checkout.dropin.amounts import read_bands, read_number, read_price, read_quantity
from tradepost.checkout.dropin.posted import Fields
from tradepost.checkout.dropin.signing import Signable
from tradepost.checkout.types import PageLine, Problem, Refused
from tradepost.lib.weblinks import web_address

MAX_LINES = 200
_NUMBERED = re.compile(
    r"(?:product|price|productpr|discountpr|qty|scode)(?:\[\])?([0-9]{1,4})(?:\[\])?"
)
_AMOUNT = re.compile(r"\W*\d[\d.,\s]*+\W*")


@dataclass(frozen=True)
class Shop:
    """What reading needs to know of the shop. ``is_signed`` checks a hash with its link key.

    Without ``prices_from_page`` (catalogue mode) a price on the page may be missing or unreadable.
    """

    currency: str
    currency_number: str
    prices_from_page: bool
    is_signed: Callable[[Signable, str], bool]


@dataclass(frozen=True)
class _LineFields:
    """The fields of one line: ``price3`` for number 3, else what the form says once for all."""

    fields: Fields
    number: str

    def own(self, name: str) -> str:
        return self.fields.get(name + self.number)

    def get(self, name: str) -> str:
        return self.own(name) or self.fields.get(name)

    def parts(self, name: str) -> list[str]:
        """Every value of a field that may repeat as ``product[]``."""
        spellings = (name + self.number, f"{name}[]{self.number}", f"{name}{self.number}[]")
        found = [
            value for spelling in dict.fromkeys(spellings) for value in self.fields.all(spelling)
        ]
        return [value for value in found if value]


def read_lines(fields: Fields, shop: Shop) -> list[PageLine]:
    """All lines, in the order of their numbers; numbers may have gaps.

    Raises:
        Refused: with one problem for each line that cannot be read; then none is taken.
    """
    _check_currency(fields, shop)
    numbers = line_numbers(fields)
    if len(numbers) > MAX_LINES:
        raise Refused(Problem(_("This form has more lines than a cart can take.")))
    lines: list[PageLine] = []
    problems: list[Problem] = []
    for number in numbers:
        try:
            lines.extend(_read_line(_LineFields(fields, number), shop))
        except Refused as refused:
            problems.extend(refused.problems)
    if problems:
        raise Refused(*problems)
    return lines


def line_numbers(fields: Fields) -> list[str]:
    """``[""]`` for the form of one product, else the numbers in use."""
    found = {match[1] for name in fields if (match := _NUMBERED.fullmatch(name))}
    numbers = sorted(found, key=lambda number: (int(number), number))
    alone = any(fields.get(name) for name in ("product", "product[]", "productpr"))
    return ["", *numbers] if alone or not numbers else numbers


def _check_currency(fields: Fields, shop: Shop) -> None:
    asked = fields.get("currency")
    known = {"", "0", shop.currency, shop.currency_number}
    if asked.upper() not in known:
        raise Refused(
            Problem(
                _("This link asks for a currency in which the shop does not sell."),
                "currency",
                asked,
            )
        )


def _read_line(line: _LineFields, shop: Shop) -> Iterator[PageLine]:
    """Nothing for a line that the buyer left out; see the list in docs/drop-in-cart.md."""
    if line.number and _left_out(line):
        return
    quantity = read_quantity(line.own("qty"), "qty" + line.number)
    if quantity == 0:
        return
    signable, given, options = _what(line)
    by_quantity = bool(line.own("discountpr")) and not line.own("productpr")
    if not signable.description and not signable.scode:
        raise Refused(
            Problem(_("This link does not say which product it is about."), "product" + line.number)
        )
    bands, unit = _prices(line.number, signable, shop, by_quantity=by_quantity)
    yield PageLine(
        description=(signable.description or signable.scode)[:1000],
        options=tuple(options),
        quantity=quantity,
        unit_minor=unit,
        bands=bands,
        tax_rate=read_number(signable.tax, "tax" + line.number, highest=100),
        units=read_number(_units(line, signable), "units" + line.number, highest=10**8),
        no_shipping=_no_shipping(line),
        sku=signable.scode[:80],
        quantity_box=_quantity_box(line),
        thumb_url=web_address(line.own("thumb")),
        product_url=web_address(line.own("producturl")),
        signed=bool(given) and shop.is_signed(signable, given),
        sent_price=signable.price[:120],
    )


def _prices(
    number: str, signable: Signable, shop: Shop, *, by_quantity: bool
) -> tuple[tuple[tuple[int, int], ...], int | None]:
    """Only from ``signable``: what is not covered by the hash must not decide about the price."""
    try:
        if by_quantity:
            return read_bands(signable.price, shop.currency, "discountpr" + number), None
        if signable.price:
            return (), read_price(signable.price, shop.currency, "price" + number)
    except Refused:
        if shop.prices_from_page:
            raise
        return (), None
    if shop.prices_from_page:
        raise Refused(
            Problem(
                _("This link does not say what the product costs."),
                "price" + number,
                signable.description,
            )
        )
    return (), None


def _left_out(line: _LineFields) -> bool:
    """An empty or missing quantity leaves a numbered line out; so does an empty choice."""
    if line.fields.has("productpr" + line.number):
        chosen = line.own("productpr")
        return not chosen or (line.fields.has("qty" + line.number) and not line.own("qty"))
    return not line.own("qty")


def _what(line: _LineFields) -> tuple[Signable, str, list[str]]:
    """The canonical fields, the hash that came with them, and the options a buyer chose."""
    description, *options = line.parts("product") or [""]
    price = line.own("discountpr") or line.own("price")
    units, scode, given = line.get("units"), line.own("scode"), line.own("hash")
    packed = line.parts("productpr")
    if packed:
        parts = _unpack(packed[0], "productpr" + line.number)
        options = [description, *options] if description else options
        description, price = parts[0], parts[1]
        units, scode, given = parts[2] or units, parts[3] or scode, parts[4] or given
        options += [_unpack(more, "productpr" + line.number)[0] for more in packed[1:]]
    signable = Signable(
        description=description,
        price=price,
        units="noship" if _no_shipping(line) else units,
        tax=line.get("tax"),
        scode=scode,
        currency=line.fields.get("currency"),
    )
    return signable, given, options


def _unpack(text: str, field: str) -> list[str]:
    """``description:price[:units[:scode[:hash]]]``; a description may itself hold colons."""
    parts = text.split(":")
    at = next((i for i in range(1, len(parts)) if _AMOUNT.fullmatch(parts[i])), 0)
    if not at:
        raise Refused(Problem(_("The chosen product cannot be read."), field, text))
    rest = [part.strip() for part in parts[at:]] + [""] * 4
    return [":".join(parts[:at]).strip(), *rest[:4]]


def _units(line: _LineFields, signable: Signable) -> str:
    return line.get("units") if signable.units == "noship" else signable.units


def _no_shipping(line: _LineFields) -> bool:
    return line.get("noship").lower() in {"1", "yes", "true", "on"}


def _quantity_box(line: _LineFields) -> int:
    chosen = line.get("noqty")
    return int(chosen) if chosen in {"1", "2", "3"} else 0
