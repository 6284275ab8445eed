"""The real doors through which people's data comes in, for the proof that erasure reaches it all.

A room registers each of its doors: a function that lets a marked person in just as people come, by a
page or the API, not by writing rows. ``tradepost prove-erasure`` then goes through all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tradepost.datamap.vocabulary import Subject
from tradepost.identity.models import User
from tradepost.jobs.models import Job
from tradepost.jobs.runner import run_job
from tradepost.merchants.models import Membership, Merchant
from tradepost.merchants.types import Role

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


@dataclass(frozen=True)
class Door:
    """``let_in`` for a shop and a marked person; ``subject``: who comes through it."""

    let_in: Callable[[Merchant, Mark], None]
    subject: Subject = Subject.CUSTOMER


doors: dict[str, Door] = {}


def register_door(
    name: str, let_in: Callable[[Merchant, Mark], None], subject: Subject = Subject.CUSTOMER
) -> None:
    doors[name] = Door(let_in, subject)


def staff_of(merchant: Merchant) -> User:
    """Somebody of the shop, who uploads, exports and calls; made once."""
    user = User.objects.filter(memberships__merchant=merchant).first()
    if user is None:
        user = User.objects.create(email=f"owner@{merchant.handle}.example")
        Membership.objects.create(merchant=merchant, user=user, role=Role.OWNER)
    return user


def run_now(job: Job) -> None:
    """What a worker does with it."""
    run_job.call(job.pk)
