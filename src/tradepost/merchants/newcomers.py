"""Who may not join a shop's team yet, as upper rooms say.

``register(callable)``: called with the shop, an address and a role before the person is invited, joins or
gets the role, and raises :class:`NotYet`.
"""

from collections.abc import Callable
from datetime import date

from tradepost.merchants.models import Merchant


class NotYet(ValueError):
    """The person may join from ``on`` on, and ``why`` says in words why not before."""

    def __init__(self, on: date, why: str) -> None:
        super().__init__(f"not before {on}")
        self.on, self.why = on, why


Question = Callable[[Merchant, str, str], None]
_questions: list[Question] = []


def register(question: Question) -> None:
    if question not in _questions:
        _questions.append(question)


def refuse_early(merchant: Merchant, email: str, role: str) -> None:
    """Raises: NotYet."""
    for question in _questions:
        question(merchant, email, role)
