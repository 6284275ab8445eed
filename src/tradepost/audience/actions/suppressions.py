"""A merchant's own hand on the list of addresses that are never written to."""

from collections.abc import Iterable

from django.db import transaction

from tradepost.audience.actions.unsubscribe import unsubscribe
from tradepost.audience.models import Contact
from tradepost.audience.types import LIFTED_BY_MERCHANTS, MembershipState
from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.delivery.actions.suppress import lift_by_key, suppress_many
from tradepost.delivery.models import Suppression
from tradepost.delivery.types import SuppressionReason
from tradepost.lib.typed_text import typed
from tradepost.merchants.models import Merchant

# Words of the person that end every consent; a bounce says nothing about consent.
_ENDS_CONSENT = {
    SuppressionReason.UNSUBSCRIBE: "import",
    SuppressionReason.COMPLAINT: "complaint",
}
_SLICE = 500


class NotLiftable(ValueError):
    """Only the person can undo this suppression, or whoever runs the installation."""


class ReasonMissing(ValueError):
    """A suppression is lifted with a reason, which is kept in the activity record."""


def add_suppressions(
    *,
    merchant: Merchant,
    addresses: Iterable[str],
    cause: SuppressionReason,
    by: Actor,
) -> int:
    """Never write to these normalised addresses again; returns how many are new on the list.

    Whoever left or complained elsewhere leaves every list here, too. Twice is once.
    """
    wanted = sorted(set(addresses))
    with transaction.atomic():
        new = suppress_many(addresses=wanted, reason=cause, merchant=merchant)
        if cause in _ENDS_CONSENT:
            _end_consents(merchant, wanted, how=_ENDS_CONSENT[cause], by=by)
        record(
            actor=by,
            action="audience.suppress",
            merchant_id=merchant.pk,
            detail={"cause": cause.value, "given": len(wanted), "new": new},
        )
    return new


def lift(
    *,
    merchant: Merchant,
    key: str,
    reason: str,
    by: Actor,
    contact: Contact | None = None,
) -> None:
    """Write to the address again. ``key`` is the suppression's keyed hash.

    Raises: ReasonMissing; NotLiftable; Suppression.DoesNotExist, when it is not on this merchant's list.
    """
    said = typed(" ".join(reason.split()), 200)
    if not said:
        raise ReasonMissing
    with transaction.atomic():
        row = Suppression.objects.select_for_update().get(merchant_id=merchant.pk, key=key)
        cause = SuppressionReason(row.reason)
        if cause not in LIFTED_BY_MERCHANTS:
            raise NotLiftable(cause)
        lift_by_key(key=key, merchant=merchant, reason=cause)
        record(
            actor=by,
            action="audience.lift_suppression",
            target=contact,
            merchant_id=merchant.pk,
            reason=said,
            detail={"cause": cause.value, "since": f"{row.since:%Y-%m-%d}"},
        )


def _end_consents(merchant: Merchant, addresses: list[str], *, how: str, by: Actor) -> None:
    for start in range(0, len(addresses), _SLICE):
        leaving = Contact.objects.filter(
            merchant=merchant,
            email__in=addresses[start : start + _SLICE],
            memberships__state=MembershipState.SUBSCRIBED,
        )
        for contact in leaving.distinct():
            unsubscribe(contact=contact, how=how, by=by)
