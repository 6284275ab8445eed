"""The page of the shop's office, and the one that everybody may read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_scopes import scope

from opening_hours.actions import save_hours
from opening_hours.forms import HoursForm
from opening_hours.models import Hours
from tradepost.audit.types import Actor
from tradepost.merchants.access import MerchantRequest, office_view, open_shop_or_404
from tradepost.merchants.types import CHANGE_SETTINGS


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
    """Not there while the module is off: the house sees to that by the ``handle`` in the address."""
    merchant = open_shop_or_404(request, handle)
    with scope(merchant=merchant):
        row = Hours.objects.first()
    return render(request, "opening_hours/show.html", {"hours": row, "merchant": merchant})
