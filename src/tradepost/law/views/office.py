"""The merchant's page of laws."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tradepost.audit.types import Actor
from tradepost.law.actions.say_business import say_business
from tradepost.law.forms import BusinessForm
from tradepost.law.queries import business_of, law_today, lines_of, remember
from tradepost.law.views.words import sections
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.merchants.types import CHANGE_SETTINGS, SEE_SETTINGS


@office_view(SEE_SETTINGS)
@require_safe
def laws(request: MerchantRequest) -> HttpResponse:
    day = law_today(request.merchant)
    lines = lines_of(request.merchant, day)
    remember(request.merchant, lines)
    shown = {
        "day": day,
        "sections": sections(lines),
        "business": business_of(request.merchant),
        "may_change": request.membership.may(CHANGE_SETTINGS),
    }
    return render(request, "law/laws.html", shown)


@office_view(CHANGE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def business(request: MerchantRequest) -> HttpResponse:
    form = BusinessForm(request.POST or None, instance=business_of(request.merchant))
    if request.method == "POST" and form.is_valid():
        say_business(merchant=request.merchant, by=Actor.user(request.user), **form.cleaned_data)
        messages.success(request, _("Saved. The laws were read again."))
        return redirect("law_office:laws", handle=request.merchant.handle)
    return render(request, "law/business.html", {"form": form})
