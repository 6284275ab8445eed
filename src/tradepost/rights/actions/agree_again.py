"""Somebody who had objected agreed anew, in their own words and by their own hand."""

from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import PERSON
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Purpose
from tradepost.lib import clock
from tradepost.rights.models import Stop


def end_objection(*, ref: SubjectRef, purpose: Purpose) -> bool:
    """End the objection to this one purpose; whether there was one.

    For consent that the person gave themselves, later: staff cannot end an objection. A restriction
    (Art. 18 GDPR) stays, it is lifted in the portal only.
    """
    with scopes_disabled():
        standing = Stop.objects.filter(
            merchant=ref.merchant_id, subject_key=ref.key, purpose=purpose.value, lifted_at=None
        )
        stop = standing.first()
        if stop is None:
            return False
        standing.update(lifted_at=clock.now())
        record(
            actor=PERSON,
            action="rights.end_objection",
            target=stop,
            merchant_id=ref.merchant_id,
            detail={"purpose": purpose.value},
        )
    return True
