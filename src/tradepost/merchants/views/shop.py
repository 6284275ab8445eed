from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tradepost.audit.types import Actor
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.merchants.actions.settings import change_shop
from tradepost.merchants.forms import ShopForm
from tradepost.merchants.models import Merchant
from tradepost.merchants.suspension import GOES_ON, STOPPED
from tradepost.merchants.types import CHANGE_SETTINGS, SEE_SETTINGS


@office_view(SEE_SETTINGS)
def details(request: MerchantRequest) -> HttpResponse:
    """Read by whoever may see settings, changed by whoever may change them."""
    may_change = request.membership.may(CHANGE_SETTINGS)
    shop = Merchant.objects.get(pk=request.merchant.pk)
    form = ShopForm(request.POST or None, instance=shop)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        if form.is_valid():
            saved = change_shop(
                merchant=request.merchant, by=Actor.user(request.user), **form.cleaned_data
            )
            messages.success(request, _("The details of the shop are saved."))
            return redirect("merchants_office:shop", saved.handle)
    return render(request, "merchants/shop.html", {"form": form, "may_change": may_change})


@office_view(SEE_SETTINGS)
@require_safe
def standing(request: MerchantRequest) -> HttpResponse:
    """Whether the operator stopped anything, why, and what goes on meanwhile."""
    here = settings.TRADEPOST
    context = {
        "stopped": STOPPED.values(),
        "goes_on": GOES_ON,
        "operator": here.operator_name,
        "operator_email": here.operator_email,
    }
    return render(request, "merchants/standing.html", context)
