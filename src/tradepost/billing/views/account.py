"""The billing account: who pays for the shop's plan."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tradepost.audit.types import Actor
from tradepost.billing.actions.account import change_account
from tradepost.billing.forms import BillingAccountForm
from tradepost.billing.queries import account_of, running_subscription
from tradepost.billing.types import CHANGE_BILLING, NotSubscribed
from tradepost.billing.views.refusals import add_refusal, refusals
from tradepost.merchants.access import MerchantRequest, asks_password, office_view


@office_view(CHANGE_BILLING)
@require_http_methods(["GET", "HEAD", "POST"])
@asks_password
def account(request: MerchantRequest) -> HttpResponse:
    """On the free plan there is none, and nothing is taken in."""
    running = running_subscription(request.merchant)
    if running is None:
        status = 200 if request.method in {"GET", "HEAD"} else 409
        return render(request, "billing/no_account.html", status=status)
    known = account_of(request.merchant)
    form = BillingAccountForm(request.POST or None, instance=known)
    if form.is_valid() and _saved(request, form):
        return redirect("billing_office:account", request.merchant.handle)
    shown = {"form": form, "known": known, "running": running}
    return render(request, "billing/account.html", shown, status=422 if form.errors else 200)


def _saved(request: MerchantRequest, form: BillingAccountForm) -> bool:
    """Whether the page can be left; otherwise the form says why not."""
    by = Actor.user(request.user)
    try:
        change_account(merchant=request.merchant, facts=form.facts(), by=by)
    except NotSubscribed:
        messages.error(request, _("The plan has ended, and the billing account with it."))
    except refusals as refusal:
        add_refusal(form, refusal)
        return False
    else:
        messages.success(request, _("Saved."))
    return True
