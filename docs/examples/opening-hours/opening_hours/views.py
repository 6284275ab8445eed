"""The page of the shop's office, and the one that everybody may read."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_scopes import scope

from opening_hours.actions import save_hours
from opening_hours.forms import HoursForm
from opening_hours.models import Hours
from tradepost.audit.types import Actor
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.merchants.queries import merchant_by_handle
from tradepost.merchants.types import CHANGE_SETTINGS
from tradepost.modules.switches import refuse_if_off


@office_view(CHANGE_SETTINGS)
def edit(request: MerchantRequest) -> HttpResponse:
    row = Hours.objects.first()
    form = HoursForm(request.POST or None, initial={"text": row.text if row else ""})
    if request.method == "POST" and form.is_valid():
        save_hours(
            merchant=request.merchant, text=form.cleaned_data["text"], by=Actor.user(request.user)
        )
        return redirect("opening_hours_office:edit", request.merchant.handle)
    return render(request, "opening_hours/edit.html", {"form": form})


def show(request: HttpRequest, handle: str) -> HttpResponse:
    merchant = merchant_by_handle(handle)
    if merchant is None:
        raise Http404
    refuse_if_off(request, merchant)  # a public page finds out whose it is by itself
    with scope(merchant=merchant):
        row = Hours.objects.first()
    return render(request, "opening_hours/show.html", {"hours": row, "merchant": merchant})
