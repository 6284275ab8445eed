"""What the layouts share: building rows in Shopify's columns, and saying what was left out."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from tradepost.catalog.shopify.listed import Mistake
from tradepost.catalog.shopify.table import ProductRow, bare
from tradepost.lib import clock
from tradepost.lib.amount_text import may_be_group, parted

GRAMS = {
    "g": Decimal(1),
    "kg": Decimal(1000),
    "lbs": Decimal("453.59237"),
    "lb": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
}
_WEIGHT = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{0,20})?|[.,][0-9]{1,20}")


@dataclass
class Findings:
    """What a translation has to say beside its rows. ``site`` is the merchant's website."""

    currency: str
    site: str = ""
    mistakes: list[Mistake] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def leave_out(self, row: ProductRow, column: str, message: str, value: str = "") -> None:
        """The row does not become a product."""
        self.mistakes.append(Mistake(row.line, column, message, value[:80]))

    def warn(self, row: ProductRow, column: str, message: str, value: str = "") -> None:
        self.warnings.append(Mistake(row.line, column, message, value[:80]))

    def note(self, text: str) -> None:
        """Once for the file, however many rows it holds for."""
        if text not in self.notes:
            self.notes.append(text)


@dataclass(frozen=True)
class ListLayout:
    """``signs``: columns that give the layout away; ``taken``: all columns that are read.

    ``taken`` matches whole names in lower case. ``labels`` say which of the file's columns stands
    behind one of ours, for messages.
    """

    name: str
    signs: frozenset[str]
    taken: re.Pattern[str]
    labels: Mapping[str, str]
    translate: Callable[[list[ProductRow], Findings], Iterator[ProductRow]]
    known_as: Callable[[str], str] = str  # a column's name where the file speaks another language


def grams(text: str, unit: str) -> str:
    """A weight in the file's unit as grams; what is no number, or two, goes on as it is, to be refused."""
    text = bare(text)
    number = parted(text)
    if not _WEIGHT.fullmatch(text):
        return text
    if number and number[1] == "," and may_be_group(number[0], number[2]):
        return text
    return str(Decimal(text.replace(",", ".")) * GRAMS[unit])


def leaf(path: str, separator: str) -> str:
    """The innermost category of a path."""
    return path.split(separator)[-1].strip()


def split(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]


def one_category(
    row: ProductRow, column: str, paths: list[str], separator: str, say: Findings
) -> str:
    """A product stands on one shelf; the first is taken, and a warning names the others."""
    names = list(dict.fromkeys(leaf(path, separator) for path in paths))
    if len(names) > 1:
        text = _("A product stands in one category here; the first one is taken.")
        say.warn(row, column, text, ", ".join(names))
    return names[0] if names else ""


def picture_rows(
    row: ProductRow, handle: str, urls: list[str], alts: list[str]
) -> Iterator[ProductRow]:
    """All but the first picture, which the head of the product carries."""
    for place, url in enumerate(urls[1:], 2):
        alt = alts[place - 1] if place <= len(alts) else ""
        cells = {"handle": handle, "image src": url, "image position": str(place)}
        yield ProductRow(row.line, cells | {"image alt text": alt})


def reduced(regular: str, special: str, starts: str, ends: str) -> dict[str, str]:
    """Price and former price; a special price counts on its days only."""
    today = timezone.localdate(clock.now()).isoformat()
    begun = not starts or _day(starts) <= today
    over = bool(ends) and _day(ends) < today
    if special and begun and not over:
        return {"variant price": special, "variant compare at price": regular}
    return {"variant price": regular or special}


def _day(text: str) -> str:
    """``2026-12-24``, whatever time follows; other ways of writing a day count as never."""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return "9999-12-31"
