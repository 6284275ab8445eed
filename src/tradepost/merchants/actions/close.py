"""Closing an account: asked for, perhaps taken back, carried out (promise keep.closure)."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from django.apps import apps
from django.db import models, transaction
from django.db.models import Count, ProtectedError, RestrictedError
from django.tasks import task
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.datamap.held import kept_around
from tradepost.identity.actions.accounts import delete_account
from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.merchants.actions.closed_links import remember_links
from tradepost.merchants.actions.owner_mail import tell_owners, tell_shop
from tradepost.merchants.closing import hooks, kept_rows
from tradepost.merchants.models import Membership, Merchant
from tradepost.merchants.types import Role

logger = logging.getLogger(__name__)
GRACE = timedelta(days=30)
REMIND_BEFORE = timedelta(days=7)
_SLICE = 2000
Kept = dict[type[models.Model], set[object]]
_CLOSING = Actor.job("merchants.close")
# Kept on purpose: the record names nobody, and a person's activity belongs to the person.
_NOT_THE_SHOPS = frozenset({"audit.entry", "identity.activity"})


class WrongName(ValueError):
    """The name that was typed is not the shop's."""


@transaction.atomic
def ask_closing(*, merchant: Merchant, by: Actor, typed_name: str, at_once: bool) -> datetime:
    """Set the date of closing and return it. At once: nobody of the team gets in any more.

    Where the operator has given notice, its date stands unless this one is sooner. Raises: WrongName.
    """
    if typed_name.strip() != merchant.name:
        raise WrongName
    row = Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    date = clock.now() if at_once else clock.now() + GRACE
    if row.closing_because and row.closing_at:
        date = min(date, row.closing_at)
    Merchant.objects.filter(pk=merchant.pk).update(closing_at=date, closing_reminded_at=None)
    record(
        actor=by,
        action="merchants.ask_closing",
        target=merchant,
        merchant_id=merchant.pk,
        detail={"at_once": at_once},
    )
    if at_once:
        transaction.on_commit(lambda: close_one.enqueue(merchant.pk))
    else:
        tell_owners(merchant, "closing_date", date=date)
    return date


@transaction.atomic
def cancel_closing(*, merchant: Merchant, by: Actor) -> bool:
    """Take it back while the date lies ahead; True if there was something to take back.

    The operator's notice is none of the owner's. Whoever was told of the date is told that it holds no more.
    """
    own = Merchant.objects.filter(pk=merchant.pk, closing_because=None)
    changed = own.filter(closing_at__gt=clock.now()).update(
        closing_at=None, closing_reminded_at=None
    )
    if changed:
        tell_owners(merchant, "stays_open")
        record(
            actor=by, action="merchants.cancel_closing", target=merchant, merchant_id=merchant.pk
        )
    return bool(changed)


def cancel_closings_of(*, user: User) -> list[Merchant]:
    """An owner who signs in before the date wants to stay; returns the shops that stay open."""
    closing = Merchant.objects.filter(
        memberships__user=user,
        memberships__role=Role.OWNER,
        closing_at__gt=clock.now(),
        closing_because=None,
    )
    return [
        merchant for merchant in closing if cancel_closing(merchant=merchant, by=Actor.user(user))
    ]


def close_abandoned(*, user: User) -> None:
    """Close at once the shops that nobody but this person belongs to; the account is going."""
    shops = Merchant.objects.annotate(size=Count("memberships")).filter(
        size=1, pk__in=user.memberships.values("merchant")
    )
    for merchant in shops:
        Merchant.objects.filter(pk=merchant.pk).update(closing_at=clock.now())
        record(
            actor=_CLOSING,
            action="merchants.close_abandoned",
            target=merchant,
            merchant_id=merchant.pk,
        )
        transaction.on_commit(partial(close_one.enqueue, merchant.pk))


def remind_due() -> int:
    """Remind the owners once, some days before the date; returns how many shops it concerned."""
    now = clock.now()
    soon = Merchant.objects.filter(
        closing_at__gt=now, closing_at__lte=now + REMIND_BEFORE, closing_reminded_at=None
    )
    reminded = 0
    for merchant in soon:
        with transaction.atomic():
            # Two at once: only the one that changes the row writes.
            mine = soon.filter(pk=merchant.pk).update(closing_reminded_at=now)
            if mine and merchant.closing_because:
                reason = merchant.closing_because
                tell_shop(merchant, "operator_closes", date=merchant.closing_at, reason=reason)
            elif mine:
                tell_owners(merchant, "closing_soon", date=merchant.closing_at)
            reminded += mine
    return reminded


def close_due() -> int:
    """Carry out what is due; called by the schedule, safe to run twice."""
    due = Merchant.objects.filter(closing_at__lte=clock.now())
    numbers = list(due.values_list("pk", flat=True))
    for number in numbers:
        close_one.enqueue(number)
    return len(numbers)


@task
def close_one(merchant_id: int) -> None:
    """Erase the merchant with everything. ShopActivity half-way, the next run goes on.

    While a hold stands on a record of the shop, that record stays with what belongs to it; all else goes,
    and a later round of :func:`close_due` finishes it.
    """
    merchant = Merchant.objects.filter(pk=merchant_id, closing_at__lte=clock.now()).first()
    if merchant is None:
        return
    with scopes_disabled():
        remember_links(merchant)
        for hook in hooks:
            hook(merchant)
        kept = kept_around(kept_rows(merchant))
        _erase_rows(merchant, kept)
        if not kept:
            _erase_merchant(merchant)


def _erase_rows(merchant: Merchant, kept: Kept) -> None:
    """Delete in slices, so that a large shop needs neither much memory nor one long lock.

    What something else still protects waits for the next round; a round without progress is a fault.
    """
    waiting = list(_tables())
    while waiting:
        again = [table for table in waiting if not _emptied(*table, merchant.pk, kept)]
        if len(again) == len(waiting):
            raise RuntimeError(f"nothing more can be deleted of merchant {merchant.pk}: {again}")
        waiting = again


def _tables() -> Iterator[tuple[type[models.Model], str]]:
    """Every model that says which merchant a row belongs to, and the column that says it."""
    for model in apps.get_models():
        if model._meta.label_lower in _NOT_THE_SHOPS or model in {Merchant, Membership}:
            continue
        for field in model._meta.concrete_fields:
            number = field.name == "merchant_id" and not field.is_relation
            if number or field.related_model is Merchant:
                yield model, field.attname
                break


def _emptied(model: type[models.Model], column: str, merchant_id: int, kept: Kept) -> bool:
    """False if rows of another table protect some of these."""
    rows = model._base_manager.filter(**{column: merchant_id}).order_by("pk")
    rows = rows.exclude(pk__in=kept[model]) if model in kept else rows
    while numbers := list(rows.values_list("pk", flat=True)[:_SLICE]):
        try:
            with transaction.atomic():
                model._base_manager.filter(pk__in=numbers).delete()
        except (ProtectedError, RestrictedError):
            return False
    return True


def _erase_merchant(merchant: Merchant) -> None:
    with transaction.atomic():
        users = [row.user for row in merchant.memberships.select_related("user")]
        record(actor=_CLOSING, action="merchants.close", target=merchant, merchant_id=merchant.pk)
        tell_owners(merchant, "closed", outlives=True)
        merchant.delete()
        for user in users:
            if not user.is_operator and not user.memberships.exists():
                delete_account(user=user, by=_CLOSING)
