"""Running the checks that back the promises, and keeping what they found."""

import json
import logging
import time
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from itertools import batched

from django.db import transaction

from tradepost.assurance.checks import load_checks
from tradepost.assurance.commit import running_commit
from tradepost.assurance.scratch import ScratchFailed, run_in, scratch_instance
from tradepost.datamap.promises import Broken, Check, Evidence
from tradepost.lib import clock
from tradepost.notice.catalogue import PROMISES
from tradepost.notice.models import PromiseResult
from tradepost.notice.types import PromiseState

logger = logging.getLogger(__name__)

IN_SCRATCH = frozenset({Evidence.ENFORCED, Evidence.TESTED})
AT_ONCE = 4  # promises in one process
WHOLE = "whole"  # how the whole proof's own results begin, which the other rounds leave alone
_WORST_FIRST = (PromiseState.BROKEN, PromiseState.EXPIRED, PromiseState.KEPT)


class NobodyVouches(Broken):
    """An attested promise without a living attestation."""


class UnknownPromise(LookupError):
    """A check names a promise that is not in the catalogue, or nobody made that promise."""


@dataclass(frozen=True, kw_only=True)
class CheckOutcome:
    promise: str
    check: str
    evidence_class: str
    state: str
    evidence: str
    seconds: float


def name_of(check: Check) -> str:
    return f"{check.run.__module__}.{check.run.__name__}".removeprefix("tradepost.")


def run_promises(only: Collection[str] = ()) -> list[PromiseResult]:
    """Run every check (or those of ``only``) where it belongs; store and return one row a promise.

    Writing checks run in a scratch instance, one subprocess for all; reading ones here.

    Raises:
        UnknownPromise
    """
    wanted = _known(only)
    outcomes = run_here(wanted, writing=False) + _run_in_scratch(wanted)
    return store_outcomes(outcomes, wanted)


def look_at_live_data(only: Collection[str] = ()) -> list[CheckOutcome]:
    """The reading half of :func:`run_promises`, slowest first; stores nothing.

    Raises:
        UnknownPromise
    """
    outcomes = run_here(_known(only), writing=False)
    return sorted(outcomes, key=lambda outcome: -outcome.seconds)


def _known(only: Collection[str]) -> set[str]:
    """Raises: UnknownPromise."""
    wanted = set(only) or set(PROMISES)
    unknown = (wanted | set(load_checks())) - set(PROMISES)
    if unknown:
        raise UnknownPromise(", ".join(sorted(unknown)))
    return wanted


def run_scheduled() -> int:
    """The scheduler's daily round; returns how many promises are broken."""
    return _broken(run_promises())


def run_scheduled_live() -> int:
    """The scheduler's hourly round over live data; returns how many promises are broken."""
    return _broken(run_live())


def _broken(results: list[PromiseResult]) -> int:
    """Count, and tell the operator's log: a broken promise is an alarm."""
    broken = [row for row in results if row.state == PromiseState.BROKEN]
    for row in broken:
        logger.error("promise %s is broken: %s", row.promise, row.evidence)
    return len(broken)


def run_live(only: Collection[str] = ()) -> list[PromiseResult]:
    """Only what reads live data (monitored, attested); the scheduler's quick round."""
    wanted = {
        promise
        for promise, found in load_checks().items()
        if (not only or promise in only)
        and all(check.evidence not in IN_SCRATCH for check in found)
    }
    return store_outcomes(run_here(wanted, writing=False), wanted)


def run_here(wanted: Collection[str], *, writing: bool) -> list[CheckOutcome]:
    """Run in this process: the writing checks (in a scratch instance or a test), or the reading ones."""
    return [
        run_check(check)
        for promise in sorted(wanted)
        for check in load_checks().get(promise, ())
        if (check.evidence in IN_SCRATCH) is writing
    ]


def run_check(check: Check) -> CheckOutcome:
    """One check in a transaction that is rolled back; a crash of the check breaks the promise too."""
    began = time.perf_counter()
    try:
        with transaction.atomic():
            evidence, state = check.run(), PromiseState.KEPT
            transaction.set_rollback(True)
    except NobodyVouches as silence:
        evidence, state = str(silence), PromiseState.EXPIRED
    except Broken as found:
        evidence, state = str(found), PromiseState.BROKEN
    except Exception as error:
        logger.exception("check %s crashed", name_of(check))
        evidence, state = f"The check crashed: {type(error).__name__}.", PromiseState.BROKEN
    return CheckOutcome(
        promise=check.promise,
        check=name_of(check),
        evidence_class=check.evidence.value,
        state=state.value,
        evidence=evidence,
        seconds=round(time.perf_counter() - began, 3),
    )


def _run_in_scratch(wanted: Iterable[str]) -> list[CheckOutcome]:
    names = [
        promise
        for promise in sorted(wanted)
        if any(check.evidence in IN_SCRATCH for check in load_checks().get(promise, ()))
    ]
    if not names:
        return []
    printed = ""
    try:
        with scratch_instance() as folder:
            # What one process has loaded and cached stays in its memory: on a small machine that is felt.
            for some in batched(names, AT_ONCE):
                said = ["promises", "--scratch", *(f"--only={name}" for name in some)]
                printed += run_in(folder, said)
    except ScratchFailed:
        logger.exception("the scratch instance failed")
    lines = [line for line in printed.splitlines() if line.startswith('{"promise"')]
    found = [CheckOutcome(**json.loads(line)) for line in lines]
    return found + _silent(names, found)


def _silent(names: Iterable[str], found: list[CheckOutcome]) -> list[CheckOutcome]:
    """Checks that did not report: a promise that nobody checked is not kept."""
    heard = {item.check for item in found}
    return [
        CheckOutcome(
            promise=promise,
            check=name_of(check),
            evidence_class=check.evidence.value,
            state=PromiseState.BROKEN.value,
            evidence="The check did not report; the log of the operator says why.",
            seconds=0,
        )
        for promise in names
        for check in load_checks()[promise]
        if check.evidence in IN_SCRATCH and name_of(check) not in heard
    ]


def as_line(outcome: CheckOutcome) -> str:
    return json.dumps(asdict(outcome))


def store_outcomes(outcomes: list[CheckOutcome], wanted: Collection[str]) -> list[PromiseResult]:
    """One row for each check and one for each promise; rows of checks that are gone go too."""
    now, commit = clock.now(), running_commit()
    rows = [
        PromiseResult(
            promise=item.promise,
            check_name=item.check,
            evidence_class=item.evidence_class,
            state=item.state,
            evidence=item.evidence,
            at=now,
            commit=commit,
            seconds=item.seconds,
        )
        for item in outcomes
    ]
    with transaction.atomic():
        sums = _sums(rows, wanted)
        # Two rounds at once end with one row a check; who comes second has the last word.
        PromiseResult.objects.bulk_create(
            rows + sums,
            update_conflicts=True,
            unique_fields=["promise", "check_name"],
            update_fields=["evidence_class", "state", "evidence", "at", "commit", "seconds"],
        )
        old = PromiseResult.objects.filter(promise__in=wanted, at__lt=now)
        old.exclude(check_name__startswith=WHOLE).delete()
    order = list(PROMISES)
    return sorted(sums, key=lambda row: order.index(row.promise))


def sum_up(promises: Collection[str]) -> None:
    """Write the sums of these promises anew from the results that are there."""
    rows = PromiseResult.objects.filter(promise__in=promises).exclude(check_name="")
    for row in _sums([row for row in rows if not row.check_name.startswith(WHOLE)], promises):
        said = {"evidence_class", "state", "evidence", "at", "commit", "seconds"}
        PromiseResult.objects.update_or_create(
            promise=row.promise,
            check_name="",
            defaults={name: getattr(row, name) for name in said},
        )


def _sums(rows: list[PromiseResult], wanted: Collection[str]) -> list[PromiseResult]:
    """What the whole proof found last counts, too."""
    whole = list(PromiseResult.objects.filter(promise__in=wanted, check_name__startswith=WHOLE))
    sums = [_sum(id, [row for row in [*rows, *whole] if row.promise == id]) for id in wanted]
    for row in sums:
        row.at, row.commit = clock.now(), running_commit()
    return sums


def _sum(promise: str, rows: list[PromiseResult]) -> PromiseResult:
    if not rows:
        return PromiseResult(promise=promise, check_name="", state=PromiseState.NOT_OFFERED)
    worst = min(rows, key=lambda row: _WORST_FIRST.index(PromiseState(row.state)))
    shown = [row for row in rows if row.state == worst.state]
    return PromiseResult(
        promise=promise,
        check_name="",
        evidence_class=worst.evidence_class,
        state=worst.state,
        evidence=" ".join(row.evidence for row in shown),
        seconds=round(sum(row.seconds for row in rows), 3),
    )
