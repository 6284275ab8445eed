"""Breaches that a promise's own checks must see: who pays for a shop's plan, and who is written to."""

from tests.breaches.checked import checked

BILLS = (
    checked(
        "collect.billing-paid-plans-only", "the free plan asks who would pay",
        ("billing/views/account.py", '    if running is None:\n        status = 200 if request.method in {"GET", "HEAD"} else 409\n        return render(request, "billing/no_account.html", status=status)\n', ""),
        ("billing/actions/account.py", "        if running_subscription(merchant) is None:\n            raise NotSubscribed\n", ""),
    ),
    checked(
        "collect.billing-paid-plans-only", "the billing account outlives the plan",
        ("billing/actions/renew.py", "    BillingAccount.objects.filter(merchant=row.merchant_id).delete()\n", ""),
    ),
    checked(
        "collect.billing-paid-plans-only", "a cancelled plan is renewed all the same",
        ("billing/models/subscriptions.py", "        return self.cancelled_at is not None or self.merchant.closing_at is not None\n", "        return self.merchant.closing_at is not None\n"),
    ),
    checked(
        "purpose.billing-mail-to-billing", "reminders go to the shop's contact address",
        ("billing/actions/letters.py", "        to=account.email,\n", "        to=merchant.contact_email,\n"),
    ),
    checked(
        "purpose.billing-mail-to-billing", "plans are renewed without a reminder",
        ("billing/actions/renew.py", "    mail_renewal(row, account, period, price)\n", ""),
    ),
)  # fmt: skip
