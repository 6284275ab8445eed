"""The operator suspends a shop, gives it notice, and takes either back. Nothing is erased by that."""

from datetime import datetime

from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.lib import clock
from tradepost.merchants.actions.close import GRACE
from tradepost.merchants.actions.owner_mail import tell_shop
from tradepost.merchants.models import Merchant
from tradepost.merchants.suspension import GOES_ON, STOPPED


class ShopIsClosed(Exception):
    """The shop's date has come: it is being erased."""


def _locked(merchant: Merchant) -> Merchant:
    """Raises: ShopIsClosed."""
    row = Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    if row.is_closed:
        raise ShopIsClosed
    return row


@transaction.atomic
def suspend_shop(*, merchant: Merchant, reason: str, by: Actor) -> bool:
    """Stop what ``merchants.suspension`` names, and mail the contact address why.

    Of two operators one suspends; the other changes nothing, and the first one's reason stands. Returns
    whether this call did it. Raises: ShopIsClosed.
    """
    row = _locked(merchant)
    if row.is_suspended:
        return False
    row.suspended_at, row.suspended_because = clock.now(), reason
    row.save(update_fields=["suspended_at", "suspended_because"])
    record(
        actor=by,
        action="merchants.suspend",
        target=row,
        merchant_id=row.pk,
        reason=reason,
    )
    tell_shop(row, "suspended", reason=reason, stopped=STOPPED.values(), goes_on=GOES_ON)
    return True


@transaction.atomic
def lift_suspension(*, merchant: Merchant, by: Actor) -> bool:
    """All works again, and the shop is told; waiting campaigns go on by themselves.

    Returns whether there was a suspension. Raises: ShopIsClosed.
    """
    row = _locked(merchant)
    if not row.is_suspended:
        return False
    Merchant.objects.filter(pk=row.pk).update(suspended_at=None, suspended_because=None)
    record(actor=by, action="merchants.lift_suspension", target=row, merchant_id=row.pk)
    tell_shop(row, "suspension_lifted")
    return True


@transaction.atomic
def give_notice(*, merchant: Merchant, reason: str, by: Actor) -> datetime | None:
    """Let the account close as if its owner had asked (``close_due`` carries it out), and mail why.

    The date lies ``GRACE`` ahead, or sooner where the owner asked for that; signing in does not take it back.
    None where notice was given before: its date and reason stand. Raises: ShopIsClosed.
    """
    row = _locked(merchant)
    if row.closing_because:
        return None
    date = min(
        clock.now() + GRACE, row.closing_at or datetime.max.replace(tzinfo=clock.now().tzinfo)
    )
    row.closing_at, row.closing_because, row.closing_reminded_at = date, reason, None
    row.save(update_fields=["closing_at", "closing_because", "closing_reminded_at"])
    record(
        actor=by,
        action="merchants.give_notice",
        target=row,
        merchant_id=row.pk,
        reason=reason,
    )
    tell_shop(row, "operator_closes", date=date, reason=reason)
    return date


@transaction.atomic
def withdraw_notice(*, merchant: Merchant, by: Actor) -> bool:
    """The shop stays, and is told. Returns whether there was a notice. Raises: ShopIsClosed."""
    row = _locked(merchant)
    if not row.closing_because:
        return False
    Merchant.objects.filter(pk=row.pk).update(
        closing_at=None, closing_because=None, closing_reminded_at=None
    )
    record(actor=by, action="merchants.withdraw_notice", target=row, merchant_id=row.pk)
    tell_shop(row, "operator_keeps")
    return True
