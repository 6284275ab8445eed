"""The whole proof: run in a scratch instance, told and kept part by part, so that a stopped one leaves what it had."""

import json
import logging
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from tradepost.assurance.actions.run_promises import WHOLE, sum_up
from tradepost.assurance.commit import running_commit
from tradepost.assurance.scratch import environment_of, scratch_instance, services_like_ours
from tradepost.assurance.whole.types import OracleReport
from tradepost.datamap.promises import Evidence
from tradepost.lib import clock
from tradepost.lib.processes import stream_child
from tradepost.modules.team import role_permissions
from tradepost.notice.models import PromiseResult
from tradepost.notice.types import PromiseState

logger = logging.getLogger(__name__)

MARK = "finding: "
LONGEST_SECONDS = 1200
_AGAIN_AFTER = timedelta(hours=20)
# The scratch instance is nobody's: it answers on this machine alone.
_HERE = {"TRADEPOST_PUBLIC_URL": "", "TRADEPOST_HOST": "127.0.0.1", "TRADEPOST_METRICS_PORT": "0"}


def prove_whole(
    tell: Callable[[OracleReport], object], only: Collection[str] = ()
) -> list[OracleReport]:
    """Each finding is stored and told as soon as it is there; returns them all.

    Raises: ScratchFailed, Stopped.
    """
    findings: list[OracleReport] = []
    for finding in _found(only):
        findings.append(finding)
        _store(finding)
        _store_summary(findings)
        tell(finding)
    return findings


def run_at_night() -> int:
    """The scheduler's hourly look: once a night, at the hour of the setting; returns what is broken."""
    hour = settings.TRADEPOST.proof_hour
    last = PromiseResult.objects.filter(promise=WHOLE).values_list("at", flat=True).first()
    now = clock.now()
    if hour < 0 or now.hour != hour or (last and now - last < _AGAIN_AFTER):
        return 0
    broken = [line for finding in prove_whole(lambda found: None) for line in finding.broken]
    for line in broken:
        logger.error("the whole proof found: %s", line)
    return len(broken)


def in_one_line(finding: OracleReport) -> str:
    return MARK + json.dumps(vars(finding))


def summary_of(findings: Collection[OracleReport]) -> str:
    """``20 doors, 94 marks, 109 tables, 135 routes × 7 roles, 25 pages``."""
    counts: Counter[str] = Counter()
    for finding in findings:
        counts.update(finding.counts)
    roles = len(role_permissions) + 3  # a rival, a stranger, a token
    parts = [
        f"{counts[name]} {name}"
        for name in ("doors", "marks", "fields", "stores", "tables")
        if counts[name]
    ]
    parts += [f"{counts['routes']} routes × {roles} roles"] if counts["routes"] else []
    parts += [f"{counts[name]} {name}" for name in ("pages", "mails", "periods") if counts[name]]
    return ", ".join(parts)


def _found(only: Collection[str]) -> Iterator[OracleReport]:
    with scratch_instance() as folder, services_like_ours(folder) as chosen:
        words = ["promises", "--whole-here", *(f"--only={name}" for name in only)]
        lines = stream_child(
            [sys.executable, "-m", "django", *words],
            env=environment_of(folder) | chosen | _HERE,
            timeout_seconds=LONGEST_SECONDS,
        )
        for line in lines:
            if line.startswith(MARK):
                yield OracleReport(**json.loads(line.removeprefix(MARK)))


@transaction.atomic
def _store(finding: OracleReport) -> None:
    for promise in finding.promises:
        PromiseResult.objects.update_or_create(
            promise=promise,
            check_name=f"{WHOLE}.{finding.oracle}",
            defaults={
                "evidence_class": Evidence.TESTED.value,
                "state": PromiseState.BROKEN if finding.broken else PromiseState.KEPT,
                "evidence": " ".join([*finding.broken[:5], finding.evidence]).strip(),
                "at": clock.now(),
                "commit": running_commit(),
                "seconds": finding.seconds,
            },
        )
    sum_up(finding.promises)


def _store_summary(findings: Collection[OracleReport]) -> None:
    broken = [finding.oracle for finding in findings if finding.broken]
    PromiseResult.objects.update_or_create(
        promise=WHOLE,
        check_name=WHOLE,
        defaults={
            "evidence_class": Evidence.TESTED.value,
            "state": PromiseState.BROKEN if broken else PromiseState.KEPT,
            "evidence": summary_of(findings),
            "at": clock.now(),
            "commit": running_commit(),
            "seconds": round(sum(finding.seconds for finding in findings), 1),
        },
    )
