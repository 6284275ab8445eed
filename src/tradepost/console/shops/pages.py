"""The shops of the installation, and what the operator can do with one. Each look and act is recorded."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.console.shops.forms import FindShopForm, ReasonForm, ShopLimitForm
from tradepost.console.views import OperatorRequest, operator_view
from tradepost.delivery.actions.sending_limits import set_sending_limit
from tradepost.delivery.outgoing import limits
from tradepost.delivery.queries import limit_of
from tradepost.merchants.actions.close import GRACE
from tradepost.merchants.actions.suspend import (
    ShopIsClosed,
    give_notice,
    lift_suspension,
    suspend_shop,
    withdraw_notice,
)
from tradepost.merchants.models import Merchant
from tradepost.merchants.queries import all_merchants, shops_found, switches_of
from tradepost.merchants.suspension import GOES_ON, STOPPED
from tradepost.ui.paging import page_of

_A_PAGE = 50
ShopPage = Callable[[OperatorRequest, Merchant], HttpResponse]
_SUSPEND, _NOTICE = "suspend", "notice"


@operator_view
@require_safe
def shop_list(request: OperatorRequest) -> HttpResponse:
    form = FindShopForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    page = page_of(shops_found(said.get("q", ""), said.get("standing", "")), request, _A_PAGE)
    record(
        actor=Actor.user(request.user),
        action="console.look",
        reason=gettext_noop("to see which shops there are"),
        detail={"shops": len(page)},
    )
    asked = {name: value for name, value in said.items() if value}
    return render(request, "console/merchants.html", {"page": page, "form": form, "asked": asked})


@operator_view
@require_safe
def shop(request: OperatorRequest, handle: str) -> HttpResponse:
    row = _shop_or_404(handle)
    record(
        actor=Actor.user(request.user),
        action="console.look_shop",
        target=row,
        merchant_id=row.pk,
        reason=gettext_noop("to see how the account stands"),
    )
    return _shown(request, row)


def _shop_or_404(handle: str) -> Merchant:
    """Raises: Http404."""
    row = all_merchants().filter(handle=handle).first()
    if row is None:
        raise Http404
    return row


def _shown(
    request: HttpRequest, row: Merchant, wrong: dict[str, Form] | None = None
) -> HttpResponse:
    """``wrong``: forms that were sent and could not be taken, by name."""
    per_minute = limit_of(limits.merchant_name(row.pk))
    context = {
        "shop": row,
        "switches": switches_of(row),
        "stopped": STOPPED.values(),
        "goes_on": GOES_ON,
        "grace_days": GRACE.days,
        "per_minute": per_minute,
        _SUSPEND: ReasonForm(prefix=_SUSPEND),
        _NOTICE: ReasonForm(prefix=_NOTICE),
        "limit": ShopLimitForm(initial={"per_minute": per_minute}),
    }
    status = 422 if wrong else 200
    return render(request, "console/shop.html", context | (wrong or {}), status=status)


def _of_shop(page: ShopPage) -> Callable[..., HttpResponse]:
    """A form about one shop; what comes too late is said, and nothing else happens."""

    @operator_view
    @require_POST
    def view(request: OperatorRequest, handle: str) -> HttpResponse:
        row = _shop_or_404(handle)
        try:
            return page(request, row)
        except ShopIsClosed:
            messages.error(request, _("This shop has closed already; it is being erased."))
            return _back(row)

    return view


def _back(row: Merchant) -> HttpResponse:
    return redirect("console:shop", row.handle)


@_of_shop
def suspend(request: OperatorRequest, row: Merchant) -> HttpResponse:
    form = ReasonForm(request.POST, prefix=_SUSPEND)
    if not form.is_valid():
        return _shown(request, row, {_SUSPEND: form})
    reason = form.cleaned_data["reason"]
    if suspend_shop(merchant=row, reason=reason, by=Actor.user(request.user)):
        messages.success(request, _("The shop is suspended, and its contact address is told why."))
    else:
        messages.info(request, _("It is suspended already; the first reason stands."))
    return _back(row)


@_of_shop
def lift(request: OperatorRequest, row: Merchant) -> HttpResponse:
    if lift_suspension(merchant=row, by=Actor.user(request.user)):
        messages.success(request, _("The suspension is lifted, and the shop is told."))
    else:
        messages.info(request, _("It is not suspended."))
    return _back(row)


@_of_shop
def notice(request: OperatorRequest, row: Merchant) -> HttpResponse:
    form = ReasonForm(request.POST, prefix=_NOTICE)
    if not form.is_valid():
        return _shown(request, row, {_NOTICE: form})
    date = give_notice(
        merchant=row, reason=form.cleaned_data["reason"], by=Actor.user(request.user)
    )
    if date is None:
        messages.info(request, _("Notice was given before; its date and reason stand."))
    else:
        text = _("The shop is told that it closes on %(date)s. Nothing is erased before.")
        messages.success(request, text % {"date": date_format(date)})
    return _back(row)


@_of_shop
def keep(request: OperatorRequest, row: Merchant) -> HttpResponse:
    if withdraw_notice(merchant=row, by=Actor.user(request.user)):
        messages.success(request, _("The notice is taken back, and the shop is told."))
    else:
        messages.info(request, _("No notice was given."))
    return _back(row)


@_of_shop
def limit(request: OperatorRequest, row: Merchant) -> HttpResponse:
    form = ShopLimitForm(request.POST)
    if not form.is_valid():
        return _shown(request, row, {"limit": form})
    set_sending_limit(
        name=limits.merchant_name(row.pk),
        per_minute=form.cleaned_data["per_minute"],
        by=Actor.user(request.user),
    )
    messages.success(request, _("The limit is saved."))
    return _back(row)
