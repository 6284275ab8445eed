"""What the proof page shows: every promise, how it was checked, and what nobody can check."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from tradepost.assurance.actions.run_promises import WHOLE
from tradepost.assurance.commit import running_commit
from tradepost.notice.catalogue import PROMISES, TITLES
from tradepost.notice.figures import Figures
from tradepost.notice.models import PromiseResult
from tradepost.notice.types import PromiseState

UNPROVABLE = (
    _("The company that hosts the machines, and its staff."),
    _("What people remember who once saw data."),
    _("Mail that was already delivered."),
    _("What outside companies do with the data that they got."),
    _("Personal data that people put into free texts about others."),
    _(
        "Bytes that a PostgreSQL server's own journal and free pages still hold until it overwrites them; SQLite is made to overwrite at once."
    ),
)


@dataclass(frozen=True, kw_only=True)
class ProofLine:
    id: str
    text: str
    result: PromiseResult


@dataclass(frozen=True, kw_only=True)
class ProofSection:
    title: str | LazyText
    lines: list[ProofLine]


@dataclass(frozen=True, kw_only=True)
class Proof:
    sections: list[ProofSection]
    waiting: list[str]
    not_offered: list[str]
    unprovable: tuple[str | LazyText, ...]
    counts: dict[str, int]
    instance: str
    commit: str
    at: datetime | None
    whole: PromiseResult | None


def build_proof() -> Proof:
    """From the stored results; runs no check."""
    results = {row.promise: row for row in PromiseResult.objects.filter(check_name="")}
    shown = {id: row for id, row in results.items() if row.state != PromiseState.NOT_OFFERED}
    sections = [
        ProofSection(
            title=title,
            lines=[
                ProofLine(id=id, text=_text(id), result=shown[id])
                for id, promise in PROMISES.items()
                if promise.section is section and id in shown
            ],
        )
        for section, title in TITLES.items()
    ]
    return Proof(
        sections=[section for section in sections if section.lines],
        waiting=[id for id in PROMISES if id not in results],
        not_offered=[id for id in PROMISES if id in results and id not in shown],
        unprovable=UNPROVABLE,
        counts={
            state.value: sum(row.state == state for row in shown.values()) for state in PromiseState
        },
        instance=settings.TRADEPOST.base_url,
        commit=running_commit(),
        at=max((row.at for row in shown.values()), default=None),
        whole=PromiseResult.objects.filter(promise=WHOLE, check_name=WHOLE).first(),
    )


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """A few promises as an appetiser, and how many stand behind them."""

    lines: list[ProofLine]
    kept: int
    broken: int
    at: datetime | None


def build_ledger(*ids: str) -> Ledger:
    """From the stored results, in one query; an id without a result is left out."""
    shown = {
        row.promise: row
        for row in PromiseResult.objects.filter(check_name="").exclude(
            state=PromiseState.NOT_OFFERED
        )
    }
    states = [row.state for row in shown.values()]
    return Ledger(
        lines=[ProofLine(id=id, text=_text(id), result=shown[id]) for id in ids if id in shown],
        kept=states.count(PromiseState.KEPT),
        broken=states.count(PromiseState.BROKEN),
        at=max((row.at for row in shown.values()), default=None),
    )


def _text(id: str) -> str:
    """The sentence with its figures, or the bare id where a figure is unknown."""
    try:
        return str(PROMISES[id].sentence) % Figures(None)
    except KeyError:
        return id
