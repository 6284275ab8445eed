"""The merchant's pages: which ways of paying are offered, and their settings."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tradepost.audit.types import Actor
from tradepost.merchants.access import MerchantRequest, asks_password_first, office_view
from tradepost.merchants.types import CHANGE_SETTINGS, SEE_SETTINGS
from tradepost.payments.actions.accounts import keep_typed_secrets, open_account, save_account
from tradepost.payments.actions.connection import begin_test
from tradepost.payments.gateways.protocol import PaymentGateway
from tradepost.payments.models import GatewayAccount
from tradepost.payments.queries import gateway_lines
from tradepost.payments.registry import gateways as known
from tradepost.payments.types import ConnectionState, PaymentRefused


@office_view(SEE_SETTINGS)
@require_safe
def gateways(request: MerchantRequest) -> HttpResponseBase:
    return render(request, "payments/gateways.html", {"lines": gateway_lines(request.merchant)})


@office_view(CHANGE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
@asks_password_first
def gateway(request: MerchantRequest, name: str) -> HttpResponseBase:
    chosen, account = _chosen(request, name)
    form = chosen.form(account, request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        save_account(account=account, form=form, by=Actor.user(request.user))
        messages.success(request, _saved(chosen, account))
        return redirect("payments_office:gateway", request.merchant.handle, name)
    if request.method == "POST":
        keep_typed_secrets(account=account, form=form, by=Actor.user(request.user))
        form, status = chosen.form(account, request.POST), 422
    context = {"gateway": chosen, "account": account, "form": form, "states": ConnectionState}
    context |= {"webhook": _webhook_address(account), "connection": chosen.connection(account)}
    return render(request, "payments/gateway.html", context, status=status)


@office_view(CHANGE_SETTINGS)
@require_POST
def test(request: MerchantRequest, name: str) -> HttpResponseBase:
    """Have the provider send us a signed message; the page then waits for it."""
    _gateway, account = _chosen(request, name)
    try:
        begin_test(account=account, by=Actor.user(request.user))
    except PaymentRefused as problem:
        messages.error(request, str(problem))
    return redirect("payments_office:gateway", request.merchant.handle, name)


def _chosen(request: MerchantRequest, name: str) -> tuple[PaymentGateway, GatewayAccount]:
    """Raises: Http404."""
    chosen = known.get(name)
    if chosen is None:
        raise Http404
    return chosen, open_account(merchant=request.merchant, gateway=name)


def _webhook_address(account: GatewayAccount) -> str:
    path = reverse("payments:webhook", args=[account.gateway, account.public_id])
    return settings.TRADEPOST.base_url + path


def _saved(chosen: PaymentGateway, account: GatewayAccount) -> str:
    connection = chosen.connection(account)
    if connection is None or connection.state == ConnectionState.PROVEN:
        return _("Saved.")
    if connection.state == ConnectionState.NO_WEBHOOK:
        return _("The key is saved. Next: the webhook and its signing secret.")
    return _("Saved. Now test the connection; until then it is not offered to shoppers.")
