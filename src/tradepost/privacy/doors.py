"""The real doors through which people's data comes in, for the proof that erasure reaches it all.

A room registers each of its doors: a function that lets a marked person in just as people come, by a
page or the API, not by writing rows. ``tradepost prove-erasure`` then goes through all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tradepost.merchants.models import Merchant

# What the marked person says at a door; each word is one that is nowhere else.
KINDS = ("mail", "name", "street", "city", "phone", "note", "answer")


@dataclass(frozen=True)
class Mark:
    """A person made of unique words."""

    root: str

    def word(self, kind: str) -> str:
        assert kind in KINDS, kind
        return f"{self.root}{kind}"

    @property
    def email(self) -> str:
        return f"{self.word('mail')}@canary.example"

    @property
    def words(self) -> list[str]:
        return [self.word(kind) for kind in KINDS]


Door = Callable[[Merchant, Mark], None]
doors: dict[str, Door] = {}


def register_door(name: str, door: Door) -> None:
    doors[name] = door
