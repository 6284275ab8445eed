"""The people of a shop who get a mail about a change of owner; rooms above say who they are."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tradepost.datamap.extensions import NamedExtensionPoint
from tradepost.merchants.models import Merchant


class ToldPerson(NamedTuple):
    """``number`` is the row's; ``language`` may be empty."""

    number: int
    email: str
    language: str


# The next so many after a row number, in order of these.
PeopleAfter = Callable[[Merchant, int, int], Sequence[ToldPerson]]
people_told: NamedExtensionPoint[PeopleAfter] = NamedExtensionPoint(
    "people who are told of a change of owner"
)
