"""Who may not join a shop's team yet, as upper rooms say.

``answers`` are called with the shop, an address and a role before the person is invited, joins or gets the
role, and raise :class:`NotYet`.
"""

from collections.abc import Callable
from datetime import date

from tradepost.datamap.extensions import ExtensionPoint
from tradepost.merchants.models import Merchant


class NotYet(ValueError):
    """The person may join from ``on`` on, and ``why`` says in words why not before."""

    def __init__(self, on: date, why: str) -> None:
        super().__init__(f"not before {on}")
        self.on, self.why = on, why


answers: ExtensionPoint[Callable[[Merchant, str, str], None]] = ExtensionPoint(
    "who may not join yet"
)


def refuse_early(merchant: Merchant, email: str, role: str) -> None:
    """Raises: NotYet."""
    for answer in answers:
        answer(merchant, email, role)
