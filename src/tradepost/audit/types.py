"""Who does things: one type for it, and one spelling in the record."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from django.db import models

_REFERENCE = re.compile(r"[A-Za-z0-9._-]{0,60}")


class NoActor(ValueError):
    """No actor is made, or spelled, like this."""


class ActorKind(StrEnum):
    USER = "user"
    TOKEN = "token"  # noqa: S105  # a kind of actor, not a secret
    PERSON = "person"
    SYSTEM = "system"
    JOB = "job"


_NUMBERED = frozenset({ActorKind.USER, ActorKind.TOKEN})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something. ``spelling`` is how the record writes it; :meth:`parse` reads it back.

    ==========  =======================  ====================================================
    kind        spelling                 who it is
    ==========  =======================  ====================================================
    user        ``user:17``              an account: of a shop's team, or the operator's
    token       ``token:5``              a merchant's program, with a token of the API
    person      ``person``               whoever the data is about, by a link or a public form
    job         ``job:orders.retention`` clockwork and background work, by its name
    system      ``system``               the program, on news from outside (a payment provider)
    system      ``system:sendlimit``     somebody at the machine itself: at its command line
    ==========  =======================  ====================================================

    Numbers, never names: erasing a person changes nothing in the record.
    """

    kind: ActorKind
    reference: str = ""

    def __post_init__(self) -> None:
        if not _REFERENCE.fullmatch(self.reference):
            raise NoActor(self.reference)
        if self.kind in _NUMBERED and not self.reference.isdecimal():
            raise NoActor(f"{self.kind} without a number")
        if self.kind is ActorKind.JOB and not self.reference:
            raise NoActor("job without a name")

    def __str__(self) -> str:
        return self.spelling

    @property
    def spelling(self) -> str:
        return f"{self.kind}:{self.reference}" if self.reference else str(self.kind)

    @classmethod
    def user(cls, account: models.Model) -> Self:
        return cls(ActorKind.USER, str(account.pk))

    @classmethod
    def token(cls, row: models.Model) -> Self:
        return cls(ActorKind.TOKEN, str(row.pk))

    @classmethod
    def job(cls, name: str) -> Self:
        """``room.what`` of the clockwork or of the background job."""
        return cls(ActorKind.JOB, name)

    @classmethod
    def at_machine(cls, command: str) -> Self:
        """Somebody at the machine itself; which of its users, its own log knows."""
        return cls(ActorKind.SYSTEM, command)

    @classmethod
    def parse(cls, spelling: str) -> Self:
        """Raises: NoActor."""
        kind, _colon, reference = spelling.partition(":")
        try:
            return cls(ActorKind(kind), reference)
        except ValueError:
            raise NoActor(spelling) from None

    @property
    def account_id(self) -> int | None:
        """Row number of the account; None where there is no account."""
        return int(self.reference) if self.kind is ActorKind.USER else None

    @property
    def is_program(self) -> bool:
        """Nobody asked for it at that moment: clockwork, or the program itself."""
        return self.kind in {ActorKind.SYSTEM, ActorKind.JOB}


SYSTEM = Actor(ActorKind.SYSTEM)
PERSON = Actor(ActorKind.PERSON)
