"""The retention runner: every rule that deletes, one after the other, each run written down."""

import logging
from datetime import datetime

from django.db import transaction

from tradepost.datamap.registry import keep_rules
from tradepost.datamap.vocabulary import KeepRule
from tradepost.lib import clock
from tradepost.rights.actions.empty_log import empty_log
from tradepost.rights.models import RetentionRun

logger = logging.getLogger(__name__)


def run_retention(now: datetime | None = None) -> list[RetentionRun]:
    """Let every rule delete what is due at ``now``. One rule that fails does not stop the others."""
    moment = now or clock.now()
    return [run_rule(rule, moment) for rule in keep_rules.values() if rule.purge is not None]


def run_rule(rule: KeepRule, now: datetime) -> RetentionRun:
    """Purge in the rule's own batches; safe to repeat, a second run finds nothing due."""
    assert rule.purge is not None
    assert rule.due is not None
    run = RetentionRun.objects.create(rule=rule.id)
    try:
        run.due = rule.due(now)
        run.gone = rule.purge(now) if run.due else 0
        run.left = rule.due(now) if run.due else 0
    except Exception as error:
        logger.exception("retention rule %s failed", rule.id)
        run.error = type(error).__name__
    run.finished_at = clock.now()
    run.save()
    if run.gone:
        transaction.on_commit(empty_log)
    return run


def run_scheduled() -> int:
    """The scheduler's call, for what all machines share; returns how many rows went."""
    return _run(on_each_machine=False)


def run_here() -> int:
    """The scheduler's call on each machine, for its own files; returns how many went."""
    return _run(on_each_machine=True)


def _run(*, on_each_machine: bool) -> int:
    moment = clock.now()
    rules = [rule for rule in keep_rules.values() if rule.on_each_machine is on_each_machine]
    return sum(run_rule(rule, moment).gone for rule in rules if rule.purge is not None)
