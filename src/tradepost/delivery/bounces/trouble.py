"""Refusals for the sender's sake: they hit everybody alike, so sending stops and somebody is told (``actions/stop_sending``).

A wrong DNS record, an entry in a blocklist or a message that is taken for spam would otherwise be
answered once for each recipient, and look like a list of dead mailboxes.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from tradepost.delivery import bounces
from tradepost.delivery.bounces import OURS, Cause
from tradepost.delivery.outgoing import limits
from tradepost.delivery.outgoing.sources import Claimed
from tradepost.delivery.types import Trouble
from tradepost.lib.smtp import SmtpOutcome, Verdict

# So many of one domain (or of all), and at least half of those who were asked: no accident.
MANY = 5
_ADDRESS = re.compile(r"[^\s<>()\"',;:]{1,64}@[^\s<>()\"',;:]{1,255}")


class Found(NamedTuple):
    """One trouble: what it is, a server's answer to it, and the rows it hit."""

    trouble: Trouble
    answer: str
    rows: frozenset[int]


def cause_of(outcome: SmtpOutcome) -> Cause:
    """Why a message was refused; what is refused at MAIL FROM is refused for its sender."""
    if outcome.verdict is not Verdict.REFUSED:
        return Cause.UNCLEAR
    cause = bounces.cause_of(outcome.text)
    return Cause.SENDER if outcome.at == "MAIL" and cause not in OURS else cause


def find(rows: Sequence[Claimed], outcomes: dict[int, SmtpOutcome]) -> Found | None:
    """The trouble that hit many of a slice, or None. Costs nothing for a slice that was taken whole."""
    if all(outcomes[row.pk].verdict is not Verdict.REFUSED for row in rows):
        return None
    answered: Counter[str] = Counter()
    hit: dict[tuple[Cause, str], list[int]] = {}
    for row in rows:
        outcome = outcomes[row.pk]
        if outcome.verdict not in {Verdict.SENT, Verdict.REFUSED}:
            continue
        groups = ("", limits.domain_name(row.address))
        answered.update(groups)
        cause = cause_of(outcome)
        for group in groups if cause in OURS else ():
            hit.setdefault((cause, group), []).append(row.pk)
    for (cause, group), found in hit.items():
        if len(found) >= MANY and 2 * len(found) >= answered[group]:
            answer = outcomes[found[0]].text
            return Found(Trouble(cause.value), without_addresses(answer), frozenset(found))
    return None


def without_addresses(answer: str) -> str:
    return _ADDRESS.sub("…", answer)[:300]
