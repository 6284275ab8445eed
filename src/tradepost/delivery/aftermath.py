"""What answers teach: domains to leave alone, addresses that do not exist."""

from tradepost.delivery import limits
from tradepost.delivery.bounces import classify
from tradepost.delivery.claiming import Slice
from tradepost.delivery.scores import note_bounce
from tradepost.delivery.types import BounceKind
from tradepost.lib.smtp import Outcome, Verdict

_CLOSES_A_DOOR = (b"421", b"450", b"451", b"452")
_ENOUGH = 3


def note_answers(taken: Slice, outcomes: dict[int, Outcome]) -> None:
    """Back off from domains that said *not now* several times; count bounces at once.

    Costs nothing for a slice that was taken whole.
    """
    troubled: dict[str, int] = {}
    for row in taken.rows:
        outcome = outcomes[row.pk]
        if outcome.verdict is Verdict.SENT or outcome.verdict is Verdict.UNTOUCHED:
            continue
        if outcome.verdict is Verdict.DEFERRED and outcome.line[:3] in _CLOSES_A_DOOR:
            name = limits.domain_name(row.address)
            troubled[name] = troubled.get(name, 0) + 1
        elif taken.mailing and _names_nobody(outcome):
            note_bounce(
                merchant_id=taken.mailing.merchant_id, address=row.address, kind=BounceKind.HARD
            )
    for name, count in troubled.items():
        if count >= _ENOUGH:
            limits.close(name)


def _names_nobody(outcome: Outcome) -> bool:
    """Refused at RCPT TO because there is no such mailbox, not for policy or content."""
    refused = outcome.verdict is Verdict.REFUSED and outcome.at == "RCPT"
    return refused and classify(outcome.text) is BounceKind.HARD
