"""Settings → Prices and tax."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tradepost.audit.types import Actor
from tradepost.catalog.actions.taxes import change_price_settings, delete_tax_rate, set_tax_rate
from tradepost.catalog.forms import PriceSettingsForm, TaxRateForm
from tradepost.catalog.models import TaxRate
from tradepost.catalog.queries import tax_rates
from tradepost.catalog.tax import tax_table
from tradepost.catalog.types import TaxClass
from tradepost.lib.collation import sorted_by_name
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.merchants.actions.join import countries
from tradepost.merchants.types import CHANGE_SETTINGS


@office_view(CHANGE_SETTINGS)
def prices(request: MerchantRequest) -> HttpResponse:
    table = tax_table(request.merchant)
    now = {
        "prices_include_tax": "yes" if table.prices_include_tax else "no",
        "tax_rule": table.rule,
    }
    form = PriceSettingsForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        change_price_settings(
            merchant=request.merchant, by=Actor.user(request.user), **form.cleaned_data
        )
        messages.success(request, _("Prices and tax are saved."))
        return redirect("catalog_office:taxes", request.merchant.handle)
    return _page(request, form, TaxRateForm(request.merchant))


@require_POST
@office_view(CHANGE_SETTINGS)
def add_rate(request: MerchantRequest) -> HttpResponse:
    form = TaxRateForm(request.merchant, request.POST)
    if not form.is_valid():
        return _page(request, None, form)
    set_tax_rate(merchant=request.merchant, by=Actor.user(request.user), **form.cleaned_data)
    messages.success(request, _("The rate is saved and applies from now on."))
    return redirect("catalog_office:taxes", request.merchant.handle)


@require_POST
@office_view(CHANGE_SETTINGS)
def delete_rate(request: MerchantRequest, rate_id: str) -> HttpResponse:
    rate = TaxRate.get_or_404(rate_id, merchant=request.merchant)
    rate.merchant = request.merchant
    delete_tax_rate(rate=rate, by=Actor.user(request.user))
    messages.success(request, _("The rate is deleted."))
    return redirect("catalog_office:taxes", request.merchant.handle)


def _page(
    request: MerchantRequest, form: PriceSettingsForm | None, rate_form: TaxRateForm
) -> HttpResponse:
    table = tax_table(request.merchant)
    if form is None:
        now = {"prices_include_tax": "yes" if table.prices_include_tax else "no"}
        form = PriceSettingsForm(initial=now | {"tax_rule": table.rule})
    language = get_language() or "en"
    names = dict(countries(language))
    rates = [(row, names.get(row.country, row.country)) for row in tax_rates(request.merchant)]
    context = {
        "form": form,
        "rate_form": rate_form,
        "rates": sorted_by_name(rates, lambda rate: rate[1], language),
        "home": names.get(table.home, table.home),
        "standard": table.rate(TaxClass.STANDARD, table.home),
        "reduced": table.rate(TaxClass.REDUCED, table.home),
    }
    refused = bool(form.errors or rate_form.errors)
    return render(request, "catalog/taxes.html", context, status=400 if refused else 200)
