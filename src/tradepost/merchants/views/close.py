from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tradepost.audit.types import Actor
from tradepost.merchants.access import MerchantRequest, asks_password, office_view
from tradepost.merchants.actions.close import GRACE, WrongName, ask_closing, cancel_closing
from tradepost.merchants.closing import matters
from tradepost.merchants.forms import CloseForm
from tradepost.merchants.types import CHANGE_SETTINGS


@office_view(CHANGE_SETTINGS)
@asks_password
def ask(request: MerchantRequest) -> HttpResponse:
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at_once = form.cleaned_data["when"] == "now"
        try:
            date = ask_closing(
                merchant=request.merchant,
                by=Actor.user(request.user),
                typed_name=form.cleaned_data["name"],
                at_once=at_once,
            )
        except WrongName:
            form.add_error("name", _("That is not the name of the shop."))
        else:
            return _told(request, formats.date_format(timezone.localtime(date)), at_once=at_once)
    context = {"form": form, "grace_days": GRACE.days, "matters": matters(request.merchant)}
    return render(request, "merchants/close.html", context)


def _told(request: MerchantRequest, date: str, *, at_once: bool) -> HttpResponse:
    if at_once:
        messages.success(request, _("The shop is closed; everything in it is being erased."))
        return redirect("/office/")
    text = _("The shop closes on %(date)s. Until then everything works as before.")
    messages.success(request, text % {"date": date})
    return redirect("merchants_office:close", request.merchant.handle)


@require_POST
@office_view(CHANGE_SETTINGS)
def cancel(request: MerchantRequest) -> HttpResponse:
    if cancel_closing(merchant=request.merchant, by=Actor.user(request.user)):
        messages.success(
            request, _("The closing is taken back: the shop stays open, and nothing was erased.")
        )
    return redirect("merchants_office:close", request.merchant.handle)
