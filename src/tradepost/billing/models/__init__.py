"""Plans with what they cost and allow, who is on which and until when, and the account that pays."""

from tradepost.billing.models.account import BillingAccount
from tradepost.billing.models.allowances import AllowanceWarning, PlanAllowance
from tradepost.billing.models.plans import BillingPlan, PlanPrice
from tradepost.billing.models.subscriptions import PlanPeriod, PlanSubscription

__all__ = [
    "AllowanceWarning",
    "BillingAccount",
    "BillingPlan",
    "PlanAllowance",
    "PlanPeriod",
    "PlanPrice",
    "PlanSubscription",
]
