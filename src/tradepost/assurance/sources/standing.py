"""How each statement of the sources stands on this instance, from the stored results of the checks."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tradepost.assurance.sources.statements import CONTEXT, Source, Statement, read_sources
from tradepost.notice.models import PromiseResult
from tradepost.notice.types import PromiseState


class StatementState(models.TextChoices):
    KEPT = "kept", _("kept")
    BROKEN = "broken", _("broken now")
    UNCHECKED = "unchecked", _("not checked here yet")
    REFUSED = "refused", _("refused on purpose")
    MISSING = "missing", _("no feature yet")


@dataclass(frozen=True, kw_only=True)
class StatementLine:
    statement: Statement
    state: StatementState

    @property
    def because(self) -> str:
        said = self.statement.refused or self.statement.missing
        return pgettext(CONTEXT, said) if said else ""


@dataclass(frozen=True, kw_only=True)
class SourceStanding:
    source: Source
    lines: list[StatementLine]
    counts: dict[str, int]

    @property
    def service(self) -> str:
        return pgettext(CONTEXT, self.source.service)


def standing_of_sources() -> list[SourceStanding]:
    states = dict(PromiseResult.objects.filter(check_name="").values_list("promise", "state"))
    found = []
    for source in read_sources():
        lines = [StatementLine(statement=it, state=_state(it, states)) for it in source.statements]
        counts = {one.value: sum(it.state is one for it in lines) for one in StatementState}
        found.append(SourceStanding(source=source, lines=lines, counts=counts))
    return found


def sums(standings: list[SourceStanding]) -> dict[str, int]:
    return {one.value: sum(it.counts[one] for it in standings) for one in StatementState}


def _state(statement: Statement, states: Mapping[str, str]) -> StatementState:
    """A statement is kept while every promise that it rests on is."""
    if statement.missing:
        return StatementState.MISSING
    if statement.refused:
        return StatementState.REFUSED
    found = [states.get(promise, PromiseState.NOT_OFFERED) for promise in statement.promises]
    if all(state == PromiseState.KEPT for state in found):
        return StatementState.KEPT
    unknown = all(state in {PromiseState.KEPT, PromiseState.NOT_OFFERED} for state in found)
    return StatementState.UNCHECKED if unknown else StatementState.BROKEN
