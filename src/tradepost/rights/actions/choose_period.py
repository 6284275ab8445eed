"""A merchant's own choice of how long to keep something."""

from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.datamap.registry import keep_rules
from tradepost.merchants.models import Merchant
from tradepost.rights.models import KeepChoice


class NoChoice(ValueError):
    """The rule leaves nothing to the merchant, or the period is outside its bounds."""


def choose_period(*, merchant: Merchant, rule_id: str, days: int, by: Actor) -> KeepChoice:
    """Set the period of one rule for one merchant; the next retention run goes by it.

    Raises:
        NoChoice
    """
    rule = keep_rules.get(rule_id)
    if rule is None or rule.choice is None:
        raise NoChoice(rule_id)
    shortest, longest = rule.choice
    if not shortest.days <= days <= longest.days:
        raise NoChoice(f"{days} days")
    with transaction.atomic():
        choice, _created = KeepChoice.objects.update_or_create(
            merchant=merchant, rule=rule_id, defaults={"days": days}
        )
        record(
            actor=by,
            action="rights.choose_period",
            target=choice,
            merchant_id=merchant.pk,
            detail={"rule": rule_id, "days": days},
        )
    return choice
