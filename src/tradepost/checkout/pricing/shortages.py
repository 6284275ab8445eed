"""What to say where more is wanted than there is."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tradepost.catalog.types import OutOfStock
from tradepost.checkout.pricing.line_prices import PricedLine


def sold_out_words(short: OutOfStock) -> str:
    """After the moment of ordering, in which somebody else was quicker."""
    words = [few_left(item.name or item.sku, item.left) for item in short.shortages]
    return " ".join([*words, _("Nothing was ordered. Please change your cart.")])


def shortage_words(lines: Iterable[PricedLine]) -> str:
    """Before anything is typed; empty where all can be had."""
    return " ".join(_short(line) for line in lines if line.short)


def _short(line: PricedLine) -> str:
    if not line.available:
        return _("Not for sale any more: %(names)s. Please take it out of the cart.") % {
            "names": line.name
        }
    return few_left(line.name, line.left)


def few_left(name: str, left: int) -> str:
    if not left:
        return _("%(name)s is sold out.") % {"name": name}
    words = ngettext(
        "There is only %(left)d left of %(name)s.",
        "There are only %(left)d left of %(name)s.",
        left,
    )
    return words % {"name": name, "left": left}
