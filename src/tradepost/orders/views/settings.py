"""How a shop wants its orders handled."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tradepost.audit.types import Actor
from tradepost.merchants.access import MerchantRequest, asks_password, office_view
from tradepost.merchants.types import CHANGE_SETTINGS, SEE_SETTINGS
from tradepost.orders.actions.settings import change_settings, renew_remote_secret
from tradepost.orders.forms.orders import OrderSettingsForm
from tradepost.orders.queries import missing_of_seller, remote_calls, settings_of


@office_view(SEE_SETTINGS)
@require_safe
def settings(request: MerchantRequest) -> HttpResponseBase:
    chosen = settings_of(request.merchant)
    return render(
        request, "orders/settings.html", _context(request, OrderSettingsForm(instance=chosen))
    )


@office_view(CHANGE_SETTINGS)
@require_POST
@asks_password
def change(request: MerchantRequest) -> HttpResponseBase:
    chosen = settings_of(request.merchant)
    form = OrderSettingsForm(request.POST, instance=chosen)
    if not form.is_valid():
        return render(request, "orders/settings.html", _context(request, form), status=422)
    secret = change_settings(
        merchant=request.merchant,
        chosen=form.instance,
        changed=form.changed_data,
        by=Actor.user(request.user),
    )
    messages.success(request, _("Saved."))
    if secret:
        return render(request, "orders/secret.html", {"secret": secret})
    return redirect("orders_office:settings", request.merchant.handle)


@office_view(CHANGE_SETTINGS)
@require_http_methods(["POST"])
@asks_password
def renew_secret(request: MerchantRequest) -> HttpResponseBase:
    """A fresh signing secret, shown this once; the old one stops at once."""
    secret = renew_remote_secret(merchant=request.merchant, by=Actor.user(request.user))
    return render(request, "orders/secret.html", {"secret": secret})


@office_view(SEE_SETTINGS)
@require_safe
def calls(request: MerchantRequest) -> HttpResponseBase:
    """The log of every call and every try."""
    return render(request, "orders/calls.html", {"calls": remote_calls(request.merchant)})


def _context(request: MerchantRequest, form: OrderSettingsForm) -> dict[str, object]:
    return {
        "form": form,
        "chosen": settings_of(request.merchant),
        "missing": missing_of_seller(request.merchant),
        "may_change": request.membership.may(CHANGE_SETTINGS),
    }
