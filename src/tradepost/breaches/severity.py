"""Severity of a breach, worked out as ENISA recommends: data × ease of identification + circumstances.

ENISA, "Recommendations for a methodology of the assessment of severity of personal data breaches" (2013).
The kinds come from the data map; each component can be set otherwise, with a reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tradepost.breaches.models import Assessment, Incident
from tradepost.breaches.types import ALLOWED, BreachScope, Component, Level, NotAllowed
from tradepost.datamap.vocabulary import Kind

# ENISA's basic scores: simple 1, behavioural 2, financial 3. Of sensitive data (4) the map declares none: what
# people write into free text or files may be, so these count higher than they are on their face.
_CONTEXT = {
    Kind.BEHAVIOUR: 2,
    Kind.ACTIVITY: 2,
    Kind.ORDER: 2,
    Kind.MESSAGE: 2,
    Kind.CONSENT: 2,
    Kind.PAYMENT: 3,
    Kind.CREDENTIAL: 3,
    Kind.CUSTOM: 3,
    Kind.FILE: 3,
}
_NAMES_AT_ONCE = {Kind.EMAIL, Kind.PHONE, Kind.ADDRESS}
_QUARTER = Decimal("0.25")
_HIGH = Decimal(3)


@dataclass(frozen=True, kw_only=True)
class ComponentLine:
    component: Component
    value: Decimal
    worked_out: Decimal
    reason: str


@dataclass(frozen=True, kw_only=True)
class Severity:
    lines: tuple[ComponentLine, ...]

    @property
    def score(self) -> Decimal:
        value = {line.component: line.value for line in self.lines}
        return value[Component.DPC] * value[Component.EI] + value[Component.CB]

    @property
    def level(self) -> Level:
        """Below 2 low, below 3 medium, below 4 high."""
        levels = (Level.LOW, Level.LOW, Level.MEDIUM, Level.HIGH)
        whole = int(self.score)
        return levels[whole] if whole < len(levels) else Level.VERY_HIGH

    @property
    def is_high(self) -> bool:
        """Those affected must be told (Art. 34(1) GDPR)."""
        return self.score >= _HIGH


def context_of(kinds: Iterable[Kind]) -> Decimal:
    return Decimal(max((_CONTEXT.get(kind, 1) for kind in kinds), default=1))


def identification_of(kinds: Iterable[Kind]) -> Decimal:
    """1: a name beside an address of whatever sort; 0.75: an address alone; 0.5: a name; else negligible."""
    held = set(kinds)
    reachable = bool(held & _NAMES_AT_ONCE)
    if reachable and Kind.NAME in held:
        return Decimal(1)
    if reachable:
        return 3 * _QUARTER
    return 2 * _QUARTER if Kind.NAME in held else _QUARTER


def circumstances_of(scope: BreachScope) -> Decimal:
    """Confidentiality lost to parties that are known: 0.25; to an unknown number of them: 0.5.

    That data was changed or lost, or that somebody meant it, no record can say: the desk adds it.
    """
    return 2 * _QUARTER if scope.is_whole_tables else _QUARTER


def severity_of(incident: Incident, kinds: Iterable[str]) -> Severity:
    """``kinds``: of those affected, as frozen; while nothing is frozen, as chosen."""
    held = [Kind(kind) for kind in kinds]
    worked_out = {
        Component.DPC: context_of(held),
        Component.EI: identification_of(held),
        Component.CB: circumstances_of(incident.scope),
    }
    set_by_hand = {Component(row.component): row for row in incident.assessments.all()}
    return Severity(
        lines=tuple(
            _line(component, value, set_by_hand.get(component))
            for component, value in worked_out.items()
        )
    )


def _line(component: Component, value: Decimal, row: Assessment | None) -> ComponentLine:
    return ComponentLine(
        component=component,
        value=row.value if row else value,
        worked_out=value,
        reason=row.reason if row else "",
    )


def refuse_unknown(component: Component, value: Decimal) -> None:
    """Raises: NotAllowed."""
    if value not in ALLOWED[component]:
        raise NotAllowed(f"{component} {value}")
