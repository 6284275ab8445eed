from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tradepost.audit.types import Actor
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.merchants.actions.switch import switch_module
from tradepost.merchants.queries import switches_of
from tradepost.merchants.types import CHANGE_SETTINGS
from tradepost.modules.switches import UnknownModule


@require_http_methods(["GET", "HEAD", "POST"])
@office_view(CHANGE_SETTINGS)
def switches(request: MerchantRequest) -> HttpResponse:
    """What the shop has of the program. A form says the key, and ``on`` with a value or none."""
    if request.method != "POST":
        return _page(request)
    on = bool(request.POST.get("on"))
    try:
        switch_module(
            merchant=request.merchant,
            key=request.POST.get("module", ""),
            on=on,
            by=Actor.user(request.user),
        )
    except UnknownModule:
        messages.error(request, _("There is no such module."))
        return _page(request, status=422)
    messages.success(request, _("It is on.") if on else _("It is off."))
    return redirect("merchants_office:modules", request.merchant.handle)


def _page(request: MerchantRequest, status: int = 200) -> HttpResponse:
    shown = {"switches": switches_of(request.merchant)}
    return render(request, "modules/switches.html", shown, status=status)
