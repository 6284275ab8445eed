"""Words of the breach desk, the law behind its clock, and what it refuses."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from tradepost.law.figures import HOURS_TO_REPORT, DatedFigure, in_force


def hours_to_report(known_at: datetime) -> DatedFigure:
    """The law in force at the moment of knowledge. A clock that runs keeps the hours under which it began."""
    return in_force(HOURS_TO_REPORT, known_at.astimezone(UTC).date())


def due_after(known_at: datetime) -> datetime:
    return known_at + timedelta(hours=hours_to_report(known_at).value)


class Component(models.TextChoices):
    """Of the severity of a breach, as ENISA works it out (recommendations of December 2013)."""

    DPC = "dpc", _("Data processing context")
    EI = "ei", _("Ease of identification")
    CB = "cb", _("Circumstances of the breach")


ALLOWED: dict[Component, tuple[Decimal, ...]] = {
    Component.DPC: tuple(Decimal(n) for n in (1, 2, 3, 4)),
    Component.EI: tuple(Decimal(n) / 4 for n in (1, 2, 3, 4)),
    Component.CB: tuple(Decimal(n) / 4 for n in range(9)),
}


class Level(models.TextChoices):
    LOW = "low", _("low")
    MEDIUM = "medium", _("medium")
    HIGH = "high", _("high")
    VERY_HIGH = "very high", _("very high")


class Told(models.TextChoices):
    """Whether somebody who was touched has learned of it."""

    NOT_YET = "no", _("not told yet")
    YES = "yes", _("told by mail and on the page of the own data")
    DRILL = "drill", _("named in a drill: nothing happened")
    NOBODY = "nobody", _("no address is known")


_START = datetime.combine(date(1970, 1, 1), time(), tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class BreachScope:
    """What was reached. Actors are spelled as the access record does: ``user:17``, ``token:5``.

    Without actors and hosts whole tables lay open, and everybody in them is affected; otherwise those
    whose records these actors saw, and whose data went to these hosts, within the span.
    """

    began: datetime = _START
    ended: datetime = _START
    tables: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    shops: tuple[int, ...] = field(default=())  # the operator's choice; none are all

    @property
    def is_empty(self) -> bool:
        return not (self.tables or self.kinds or self.actors or self.hosts)

    @property
    def is_whole_tables(self) -> bool:
        return not (self.actors or self.hosts)


class AlreadyClosed(ValueError):
    """The incident is closed; nothing about it changes any more."""


class NothingChosen(ValueError):
    """The scope says nothing of what was reached."""


class NotFrozen(ValueError):
    """Letters need the frozen list of those affected, and the words to them."""


class NeedsReason(ValueError):
    """Told after the hours were over: the law asks for the reasons of the delay (Art. 33(1) GDPR)."""


class NotAllowed(ValueError):
    """ENISA's scale has no such value."""


class StillOpen(ValueError):
    """The authority, or those affected, have neither been told nor is there a reason why not."""
