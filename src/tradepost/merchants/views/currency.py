"""Settings → Shop details → Currency: first a preview, then the change."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tradepost.audit.types import Actor
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.merchants.actions.currency import change_currency, has_amounts, preview_currency
from tradepost.merchants.forms import CurrencyForm
from tradepost.merchants.money import CannotBeConverted, ConversionRate
from tradepost.merchants.types import CHANGE_SETTINGS


@office_view(CHANGE_SETTINGS)
def currency(request: MerchantRequest) -> HttpResponse:
    """Nothing changes before the preview was shown and confirmed with the same rate."""
    shop = request.merchant
    form = CurrencyForm(shop, request.POST or None, needs_rate=has_amounts(shop))
    kinds = None
    if request.method == "POST" and form.is_valid():
        to, each = form.cleaned_data["currency"], form.cleaned_data["each"]
        try:
            if "confirm" in request.POST:
                change_currency(merchant=shop, by=Actor.user(request.user), to=to, each=each)
                messages.success(
                    request, _("Your shop sells in %(currency)s now.") % {"currency": to}
                )
                return redirect("merchants_office:shop", shop.handle)
            kinds = preview_currency(merchant=shop, rate=ConversionRate(shop.currency, to, each))
        except CannotBeConverted as refused:
            form.add_error("each", str(refused))
    context = {"form": form, "kinds": kinds}
    return render(request, "merchants/currency.html", context, status=400 if form.errors else 200)
