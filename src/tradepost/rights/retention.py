"""What the desk shows of retention: every rule, what is due, how the last runs went."""

from dataclasses import dataclass
from datetime import timedelta

from tradepost.datamap.registry import keep_rules
from tradepost.datamap.vocabulary import KeepRule
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.rights.models import RetentionRun
from tradepost.rights.queries import rules_of

# The runner comes by every hour; what is still due after a day is late.
LATE_AFTER = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class RuleLine:
    """``rule`` as it runs for the merchant: with the period that it chose, if it did."""

    rule: KeepRule
    chosen: bool
    last: RetentionRun | None

    @property
    def is_late(self) -> bool:
        """A rule that deletes, and whose last good run is too long ago or left something."""
        if self.rule.purge is None:
            return False
        if self.last is None or self.last.error or self.last.finished_at is None:
            return True
        return self.last.left > 0 or self.last.finished_at < clock.now() - LATE_AFTER


def rule_lines(merchant: Merchant | None = None) -> list[RuleLine]:
    """All rules with the merchant's choices; two queries whatever their number."""
    newest: dict[str, RetentionRun] = {}
    since = clock.now() - timedelta(days=30)
    for run in RetentionRun.objects.filter(started_at__gt=since).order_by("started_at"):
        newest[run.rule] = run
    rules = rules_of(merchant.pk if merchant else None)
    return [
        RuleLine(
            rule=rule,
            chosen=rule.period != keep_rules[rule.id].period,
            last=newest.get(rule.id),
        )
        for rule in sorted(rules.values(), key=lambda rule: rule.id)
    ]
