"""What answers teach: domains to leave alone, addresses that do not exist, troubles of our own."""

from tradepost.delivery.actions.stop_sending import note_letters
from tradepost.delivery.bounces import Cause, kind_of
from tradepost.delivery.bounces import cause_of as cause_of_words
from tradepost.delivery.bounces.scores import note_bounce
from tradepost.delivery.bounces.trouble import cause_of
from tradepost.delivery.engine.claiming import Slice
from tradepost.delivery.outgoing import limits
from tradepost.delivery.types import BounceKind
from tradepost.lib.smtp import SmtpOutcome, Verdict

_CLOSES_A_DOOR = (b"421", b"450", b"451", b"452")
_ENOUGH = 3


def note_answers(taken: Slice, outcomes: dict[int, SmtpOutcome]) -> None:
    """Back off from domains that said *not now* several times; count bounces at once.

    Costs nothing for a slice that was taken whole.
    """
    troubled: dict[str, int] = {}
    for row in taken.rows:
        outcome = outcomes[row.pk]
        if outcome.verdict is Verdict.SENT or outcome.verdict is Verdict.UNTOUCHED:
            continue
        kind = _bounce(outcome)
        merchant_id = _merchant_of(taken, row.pk)
        if kind and merchant_id:
            note_bounce(merchant_id=merchant_id, address=row.address, kind=kind)
        elif _closes_a_door(outcome):
            name = limits.domain_name(row.address)
            troubled[name] = troubled.get(name, 0) + 1
    for name, count in troubled.items():
        if count >= _ENOUGH:
            limits.close(name)
    if not taken.mailing:
        note_letters(taken.rows, outcomes)


def _merchant_of(taken: Slice, number: int) -> int | None:
    return taken.mailing.merchant_id if taken.mailing else taken.mails[number].merchant_id


def _closes_a_door(outcome: SmtpOutcome) -> bool:
    """*Not now*, or *too fast* in the words of a refusal."""
    if outcome.verdict is Verdict.DEFERRED:
        return outcome.line[:3] in _CLOSES_A_DOOR
    return cause_of(outcome) is Cause.RATE


def _bounce(outcome: SmtpOutcome) -> BounceKind | None:
    """The same words count the same, said in the session or in a report."""
    if outcome.verdict is Verdict.REFUSED:
        kind = kind_of(cause_of(outcome))
        return kind if kind in {BounceKind.HARD, BounceKind.SOFT} else None
    is_full = outcome.verdict is Verdict.DEFERRED and cause_of_words(outcome.text) is Cause.FULL
    return BounceKind.SOFT if is_full else None
