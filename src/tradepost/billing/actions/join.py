"""Joining a paid plan, choosing another for the next period, cancelling, keeping."""

from datetime import timedelta

from django.db import transaction
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.billing.actions.account import open_account
from tradepost.billing.actions.letters import mail_cancelled, mail_joined
from tradepost.billing.models import PlanPeriod, PlanPrice, PlanSubscription
from tradepost.billing.queries import (
    gets_trial,
    is_open_to_join,
    running_subscription,
    today_of,
)
from tradepost.billing.types import (
    AccountFacts,
    AlreadySubscribed,
    NotSubscribed,
    OfferGone,
)
from tradepost.lib import clock
from tradepost.merchants.models import Merchant


def join_plan(
    *, merchant: Merchant, price: PlanPrice, account: AccountFacts, by: Actor
) -> PlanSubscription:
    """From today on, at the price that was shown. Mails the billing e-mail its access and what was joined.

    Raises: AlreadySubscribed, OfferGone; TooManyInvitations, TooMany, NotYet, InvalidEmail.
    """
    with transaction.atomic(), scopes_disabled():
        shop = Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
        if running_subscription(shop) is not None:
            raise AlreadySubscribed
        if not is_open_to_join(price, shop):
            raise OfferGone
        subscription = _begin(shop, price)
        payer = open_account(merchant=shop, facts=account, by=by)
        record(
            actor=by,
            action="billing.join",
            target=subscription,
            merchant_id=shop.pk,
            detail={"plan": price.plan.name, "price": str(price.amount), "every": price.every},
        )
        mail_joined(subscription, payer, price)
    return subscription


def _begin(merchant: Merchant, price: PlanPrice) -> PlanSubscription:
    """The subscription with its first period: days to try the plan, or the first that is paid."""
    today = today_of(merchant)
    trial = timedelta(days=price.plan.trial_days if gets_trial(merchant) else 0)
    subscription = PlanSubscription.objects.create(
        merchant=merchant,
        plan=price.plan,
        currency=price.currency,
        every=price.every,
        anchor_on=today + trial,
        time_zone=merchant.time_zone,
    )
    months = 0 if trial else price.interval.months
    PlanPeriod.objects.create(
        subscription=subscription,
        plan=price.plan,
        allows=price.plan.bounds(),
        price=None if trial else price,
        starts_on=today,
        ends_on=subscription.day_after(months),
        months=months,
        currency=price.currency,
        amount_minor=0 if trial else price.amount_minor,
    )
    return subscription


def choose_next(*, merchant: Merchant, price: PlanPrice, by: Actor) -> PlanSubscription:
    """Another plan, or another interval, from the next period on; a cancellation is taken back.

    Raises: NotSubscribed, OfferGone.
    """
    with transaction.atomic(), scopes_disabled():
        row = _locked(merchant)
        if price.currency != row.currency or not is_open_to_join(price, merchant):
            raise OfferGone
        row.next_plan, row.next_every, row.cancelled_at = price.plan, price.every, None
        row.save(update_fields=["next_plan", "next_every", "cancelled_at"])
        detail = {"plan": price.plan.name, "every": price.every}
        record(
            actor=by,
            action="billing.choose_next",
            target=row,
            merchant_id=merchant.pk,
            detail=detail,
        )
    return row


def cancel_plan(*, merchant: Merchant, by: Actor) -> PlanSubscription:
    """Paid days stay; then the shop is on the free plan. Twice is once. Raises: NotSubscribed."""
    with transaction.atomic(), scopes_disabled():
        row = _locked(merchant)
        if row.cancelled_at is None:
            row.cancelled_at = clock.now()
            row.save(update_fields=["cancelled_at"])
            record(actor=by, action="billing.cancel", target=row, merchant_id=merchant.pk)
            mail_cancelled(row)
    return row


def keep_plan(*, merchant: Merchant, by: Actor) -> PlanSubscription:
    """Take a cancellation back while the plan still runs. Raises: NotSubscribed."""
    with transaction.atomic(), scopes_disabled():
        row = _locked(merchant)
        if row.cancelled_at is not None:
            row.cancelled_at = None
            row.save(update_fields=["cancelled_at"])
            record(actor=by, action="billing.keep", target=row, merchant_id=merchant.pk)
    return row


def _locked(merchant: Merchant) -> PlanSubscription:
    """The running one, held until the transaction ends. Raises: NotSubscribed."""
    rows = PlanSubscription.objects.select_for_update(of=("self",))
    row = rows.filter(merchant=merchant, ended_at=None).first()
    if row is None:
        raise NotSubscribed
    return row
