"""How fast mail may leave, for a destination or a merchant; set by the operator."""

from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.delivery.outgoing import limits

LARGEST = 1_000_000


class BadLimit(ValueError):
    """No such limit can be set; the text says why."""


def set_sending_limit(*, name: str, per_minute: int | None, by: Actor) -> None:
    """Allow so many messages a minute to a destination (see ``limits``); None lifts the limit.

    Raises: BadLimit.
    """
    if per_minute is not None and not 1 <= per_minute <= LARGEST:
        raise BadLimit(f"A limit is between 1 and {LARGEST} messages a minute.")
    with transaction.atomic():
        limits.set_limit(name, per_minute)
        record(
            actor=by,
            action="delivery.set_limit",
            target=name,
            detail={"per_minute": per_minute},
        )
