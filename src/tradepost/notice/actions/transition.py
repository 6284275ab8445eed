"""A change of owner: announced, perhaps taken back, carried out on its date (promise share.merger)."""

from datetime import date

from django.db import IntegrityError, transaction
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.lib.addresses import normalise_email
from tradepost.merchants.models import Merchant
from tradepost.notice.actions.tell_holders import tell_once
from tradepost.notice.actions.tell_people import tell_people
from tradepost.notice.models import Transition
from tradepost.notice.models.notice import NOTICE_DAYS, date_of_day
from tradepost.notice.transitions.reading import letter_context
from tradepost.notice.versions import today_number

_BY_CLOCK = Actor.job("notice.transitions")


class TooEarly(ValueError):
    """The date is less than thirty days away; ``first`` is the first that is not."""

    def __init__(self, first: date) -> None:
        super().__init__(f"not before {first}")
        self.first = first


class AlreadyAnnounced(ValueError):
    """Another change of owner is announced already."""


def first_date() -> date:
    return date_of_day(today_number() + NOTICE_DAYS)


def announce_transition(
    *,
    merchant: Merchant | None,
    by: Actor,
    new_name: str,
    new_address: str,
    new_email: str,
    reason: str,
    on: date,
) -> Transition:
    """Show it on notice, portal and account pages at once, and mail it to account holders and the shop's people.

    Raises: TooEarly, AlreadyAnnounced, InvalidEmail.
    """
    if on < first_date():
        raise TooEarly(first_date())
    try:
        with transaction.atomic():
            row = Transition.objects.create(
                merchant=merchant,
                new_name=new_name,
                new_address=new_address,
                new_email=normalise_email(new_email),
                reason=reason,
                announced_day=today_number(),
                effective_day=(on - date_of_day(0)).days,
            )
            _record(row, "notice.announce_transition", by)
    except IntegrityError:
        raise AlreadyAnnounced from None
    tell_of(row)
    tell_people(row, by)
    return row


@transaction.atomic
def withdraw_transition(*, transition: Transition, by: Actor) -> bool:
    """Take it back before its date; True if there was something to take back."""
    with scopes_disabled():
        changed = Transition.objects.filter(
            pk=transition.pk, withdrawn_at=None, carried_out_at=None
        ).update(withdrawn_at=clock.now())
    if changed:
        _record(transition, "notice.withdraw_transition", by)
    return bool(changed)


def carry_out_due() -> int:
    """The scheduler's round: whoever was not told is told, and what is due is carried out.

    From then on the new owner stands as responsible, and may join the shop's team. Returns how many.
    """
    with scopes_disabled():
        waiting = Transition.objects.filter(withdrawn_at=None, carried_out_at=None)
        rows = list(waiting.select_related("merchant"))
        for row in rows:
            tell_of(row)
            tell_people(row, _BY_CLOCK)
        return sum(_carry_out(row) for row in rows if row.effective_day <= today_number())


@transaction.atomic
def _carry_out(row: Transition) -> bool:
    changed = Transition.objects.filter(pk=row.pk, withdrawn_at=None, carried_out_at=None).update(
        carried_out_at=clock.now()
    )
    if changed:
        _record(row, "notice.carry_out_transition", _BY_CLOCK)
    return bool(changed)


def tell_of(row: Transition) -> int:
    """Mail each account holder whom it touches once; returns how many mails were queued."""
    holders = User.objects.filter(is_active=True, memberships__isnull=False)
    if row.merchant is not None:
        holders = holders.filter(memberships__merchant=row.merchant)
    return tell_once(
        holders,
        template="notice/transition",
        about=f"notice.transition:{row.pk}",
        context=lambda: letter_context(row),
    )


def _record(row: Transition, what: str, by: Actor) -> None:
    record(
        actor=by,
        action=what,
        target=row,
        merchant_id=row.merchant_id,
        detail={"day": row.effective_day},
    )
