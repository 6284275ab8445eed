"""Figures that a law sets and may change: each with its days and its source, in one place.

A law to come is a line with its day; whoever works with the figure asks for the day in question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class DatedFigure:
    """``value`` holds from ``since`` on, until a later one begins; its unit is in the list's name."""

    value: int
    since: date
    source: str


def in_force(figures: Sequence[DatedFigure], day: date) -> DatedFigure:
    """The one of that day; before all of them the first."""
    begun = [one for one in figures if one.since <= day]
    return max(begun, key=lambda one: one.since) if begun else figures[0]


# A proposal of 96 hours for breaches with a high risk (Digital Omnibus) is not law.
HOURS_TO_REPORT = (
    DatedFigure(value=72, since=date(2018, 5, 25), source="Art. 33(1) GDPR (Regulation 2016/679)"),
)
MONTHS_TO_ANSWER = (
    DatedFigure(value=1, since=date(2018, 5, 25), source="Art. 12(3) GDPR (Regulation 2016/679)"),
)
DAYS_OF_FORMER_PRICE = (
    DatedFigure(value=30, since=date(2022, 5, 28), source="Art. 6a(2) Directive 98/6/EC"),
)
# Sales of a year to people in other member states, in euros without tax.
EUROS_OF_DISTANCE_SALES = (
    DatedFigure(value=10_000, since=date(2021, 7, 1), source="Art. 59c Directive 2006/112/EC"),
)
ALL = (HOURS_TO_REPORT, MONTHS_TO_ANSWER, DAYS_OF_FORMER_PRICE, EUROS_OF_DISTANCE_SALES)
