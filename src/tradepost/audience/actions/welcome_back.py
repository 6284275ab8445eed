"""Whoever asked not to be written to, and now subscribes by their own hand, is written to again."""

from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Purpose, Subject
from tradepost.delivery.actions import lift_suppression
from tradepost.delivery.types import SuppressionReason
from tradepost.merchants.models import Merchant
from tradepost.rights.actions.agree_again import end_objection

# Complaints, too: whoever fills in the form again and presses the button in the mail has a change of mind
# that is their own, and proven. No merchant can lift these.
MAY_COME_BACK = (
    SuppressionReason.UNSUBSCRIBE,
    SuppressionReason.ERASURE,
    SuppressionReason.COMPLAINT,
)


def welcome_back(*, merchant: Merchant, address: str) -> None:
    """Lift what only the person could have asked for: an unsubscription, an erasure, a complaint, an
    objection to news. A bounce or a restriction stays. ``address`` is normalised."""
    for reason in MAY_COME_BACK:
        lift_suppression(address=address, merchant=merchant, reason=reason)
    ref = SubjectRef(Subject.CUSTOMER, address, merchant.pk)
    end_objection(ref=ref, purpose=Purpose.NEWSLETTERS)
