"""Every periodic job of the house, on one page. The scheduler process reads nothing else."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Periodic:
    """``call`` is the dotted path of a function without arguments that may be run twice."""

    name: str
    every: timedelta
    call: str


SCHEDULE: tuple[Periodic, ...] = (
    Periodic(name="sweep jobs", every=timedelta(seconds=30), call="tradepost.jobs.runner.sweep"),
    Periodic(
        name="load opens and clicks",
        every=timedelta(seconds=10),
        call="tradepost.campaigns.tracking.loader.load",
    ),
    Periodic(
        name="start scheduled campaigns",
        every=timedelta(seconds=15),
        call="tradepost.campaigns.actions.start.start_due",
    ),
    Periodic(
        name="note finished campaigns",
        every=timedelta(seconds=5),
        call="tradepost.campaigns.actions.control.follow_mailings",
    ),
)
