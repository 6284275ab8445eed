"""The merchant's pages: which ways of paying are offered, and their settings."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tradepost.merchants.access import MerchantRequest, asks_password_first, office_view
from tradepost.merchants.types import Permission
from tradepost.payments.actions.accounts import save_account
from tradepost.payments.queries import account_of, gateway_lines
from tradepost.payments.registry import gateways as known


@office_view(Permission.SEE_SETTINGS)
@require_safe
def gateways(request: MerchantRequest) -> HttpResponseBase:
    return render(request, "payments/gateways.html", {"lines": gateway_lines(request.merchant)})


@office_view(Permission.CHANGE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
@asks_password_first
def gateway(request: MerchantRequest, name: str) -> HttpResponseBase:
    chosen = known.get(name)
    if chosen is None:
        raise Http404
    account = account_of(request.merchant, name)
    form = chosen.form(account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        save_account(account=account, form=form, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("payments_office:gateway", request.merchant.handle, name)
    webhook = ""
    if account.pk and not chosen.manual:
        path = reverse("payments:webhook", args=[name, account.public_id])
        webhook = settings.TRADEPOST.base_url + path
    context = {"gateway": chosen, "account": account, "form": form, "webhook": webhook}
    return render(request, "payments/gateway.html", context)
