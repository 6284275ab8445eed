"""Holding a record, and ending a hold before its time."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.datamap.subjects import SubjectRef
from tradepost.delivery.actions import queue_mail
from tradepost.holds.models import RecordHold
from tradepost.holds.types import EndsInThePast, HoldClass
from tradepost.lib import clock
from tradepost.lib.typed_text import typed
from tradepost.rights.actions.letters import contact_of, merchant_of, sender_name
from tradepost.rights.actions.rights import find_row


def hold_record(
    *,
    ref: SubjectRef,
    reference: str,
    hold_class: HoldClass,
    reason: str,
    until: datetime,
    by: Actor,
) -> RecordHold:
    """Keep one record of this person from retention and erasure until a date; twice is one hold.

    The person gets one mail.

    Raises:
        EndsInThePast
        NotCorrectable: the record is not this person's.
    """
    if until <= clock.now():
        raise EndsInThePast
    place, row = find_row(ref, reference)
    merchant = merchant_of(ref)
    assert merchant is not None  # members' own records are nobody's to hold
    with transaction.atomic():
        hold, is_new = RecordHold.objects.get_or_create(
            merchant=merchant,
            label=place.label,
            number=row.pk,
            hold_class=hold_class,
            reason=typed(reason, 200),
            until=until,
            lifted_at=None,
            defaults={"subject_key": ref.key, "by_id": by.account_id},
        )
        if is_new:
            record(actor=by, action="holds.hold", target=row, merchant_id=ref.merchant_id)
            _tell(ref, hold)
    return hold


def _tell(ref: SubjectRef, hold: RecordHold) -> None:
    merchant = hold.merchant
    queue_mail(
        to=ref.email,
        template="holds/held",
        context={
            "sender": sender_name(merchant),
            "contact": contact_of(merchant),
            "until": hold.until,
            "why": str(hold.get_hold_class_display()),
            "portal": settings.TRADEPOST.base_url
            + reverse("rights:ask-merchant", args=[merchant.handle]),
        },
        merchant=merchant,
        reply_to=contact_of(merchant),
        about="holds.held",
    )


def lift_hold(*, hold: RecordHold, by: Actor) -> bool:
    """End it now; False when it had ended."""
    with transaction.atomic():
        standing = RecordHold.objects.filter(pk=hold.pk, lifted_at=None, until__gt=clock.now())
        lifted = bool(standing.update(lifted_at=clock.now()))
        if lifted:
            record(actor=by, action="holds.lift", target=hold, merchant_id=hold.merchant_id)
    return lifted
