"""Several values in one field, as a list of choices on a page sends them."""

import re

from django.utils.translation import gettext_lazy as _

from tradepost.checkout.types import NotTaken, PostRefused
from tradepost.lib.amount_text import LONGEST

_AMOUNT = re.compile(r"[^\w:]*[0-9.,][^:]*")
_HASH = re.compile(r"[0-9a-fA-F]{16,64}")


def unpack(text: str, field: str) -> list[str]:
    """``description:price[:units[:scode[:hash]]]``; description and article number may hold colons."""
    parts = text.split(":")
    at = next((i for i in range(1, len(parts)) if is_amount(parts[i])), 0)
    if not at:
        raise PostRefused(NotTaken(_("The chosen product cannot be read."), field, text))
    price, units, *rest = [*parts[at:], ""] if at == len(parts) - 1 else parts[at:]
    ends_in_hash = len(rest) > 1 and (not rest[-1] or _HASH.fullmatch(rest[-1].strip()))
    given = rest.pop() if ends_in_hash else ""
    found = (":".join(parts[:at]), price, units, ":".join(rest), given)
    return [part.strip() for part in found]


def is_amount(text: str) -> bool:
    return len(text) <= LONGEST and _AMOUNT.fullmatch(text) is not None


def option_of(text: str, field: str) -> str:
    """A further choice costs nothing of its own. Raises: PostRefused, where it does."""
    name, price, *_rest = unpack(text, field)
    if set(price) - set("0.,"):
        raise PostRefused(
            NotTaken(_("Two products with prices of their own came as one."), field, text)
        )
    return name
