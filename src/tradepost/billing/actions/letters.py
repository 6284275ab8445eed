"""Mails about a plan. All of them go to the billing e-mail, and none to the shop's contact address."""

from django.conf import settings
from django.urls import reverse

from tradepost.billing.models import BillingAccount, PlanPeriod, PlanPrice, PlanSubscription
from tradepost.billing.queries import account_of, last_period
from tradepost.delivery.actions import queue_mail
from tradepost.merchants.models import Merchant

ACCESS, JOINED = "billing/access", "billing/joined"
RENEWAL, CANCELLED = "billing/renewal", "billing/cancelled"


def mail_access(account: BillingAccount) -> None:
    """Where the account is, and how to get in."""
    _mail(account, ACCESS, {"account_page": _page(account.merchant, "account")})


def mail_joined(subscription: PlanSubscription, account: BillingAccount, price: PlanPrice) -> None:
    """What was agreed: the plan, its price, its first period, how to cancel."""
    period = last_period(subscription)
    said = {"price": price, "period": period, "is_trial": period.price_id is None}
    _mail(account, JOINED, _of_plan(subscription) | said)


def mail_renewal(
    subscription: PlanSubscription, account: BillingAccount, period: PlanPeriod, price: PlanPrice
) -> None:
    """What the next period will cost, from when on, and how to cancel before."""
    _mail(account, RENEWAL, _of_plan(subscription) | {"price": price, "period": period})


def mail_cancelled(subscription: PlanSubscription) -> None:
    """That it ends, on which day, and what becomes of the billing account."""
    account = account_of(subscription.merchant)
    if account is not None:
        said = _of_plan(subscription) | {"period": last_period(subscription)}
        _mail(account, CANCELLED, said)


def _of_plan(subscription: PlanSubscription) -> dict[str, object]:
    merchant = subscription.merchant
    return {
        "subscription": subscription,
        "plan_page": _page(merchant, "plan"),
        "cancel_page": _page(merchant, "cancel"),
    }


def _page(merchant: Merchant, name: str) -> str:
    return settings.TRADEPOST.base_url + reverse(f"billing_office:{name}", args=[merchant.handle])


def _mail(account: BillingAccount, template: str, said: dict[str, object]) -> None:
    merchant = account.merchant
    queue_mail(
        to=account.email,
        template=template,
        context={"shop": merchant.name, "operator": settings.TRADEPOST.operator_name} | said,
        merchant=merchant,
        language=merchant.language,
        reply_to=settings.TRADEPOST.operator_email,
        about=f"billing.billingaccount:{account.pk}",
    )
