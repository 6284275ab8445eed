"""A shop's plan: what it is on, joining, choosing another, cancelling."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tradepost.audit.types import Actor
from tradepost.billing.actions.join import cancel_plan, choose_next, join_plan, keep_plan
from tradepost.billing.forms import BillingAccountForm
from tradepost.billing.meters.registry import shown_bounds
from tradepost.billing.models import PlanPrice
from tradepost.billing.queries import (
    free_plan,
    gets_trial,
    is_open_to_join,
    last_period,
    next_price,
    offers_to,
    periods_of,
    running_subscription,
    today_of,
)
from tradepost.billing.types import (
    CHANGE_BILLING,
    OPEN_BILLING,
    AlreadySubscribed,
    NotSubscribed,
    OfferGone,
)
from tradepost.billing.views.refusals import add_refusal, refusals
from tradepost.merchants.access import MerchantRequest, asks_password, office_view
from tradepost.ui.paging import page_of

_A_PAGE = 24
_forms = require_http_methods(["GET", "HEAD", "POST"])


@office_view(OPEN_BILLING)
@require_safe
def overview(request: MerchantRequest) -> HttpResponse:
    merchant = request.merchant
    free, running = free_plan(), running_subscription(merchant)
    period = last_period(running) if running else None
    shown = {
        "free": free,
        "running": running,
        "period": period,
        "next_price": next_price(running, period) if running and period else None,
        "offers": [(offer, shown_bounds(offer.plan)) for offer in offers_to(merchant)],
        "free_bounds": shown_bounds(free),
        "trial": gets_trial(merchant),
        "page": page_of(periods_of(merchant), request, _A_PAGE),
        "may_change": request.membership.may(CHANGE_BILLING),
    }
    return render(request, "billing/plan.html", shown)


@office_view(CHANGE_BILLING)
@_forms
@asks_password
def join(request: MerchantRequest, price_id: str) -> HttpResponse:
    price = _offered(request, price_id)
    if running_subscription(request.merchant):
        return redirect("billing_office:choose", request.merchant.handle, price_id)
    form = BillingAccountForm(request.POST or None)
    if form.is_valid() and _joined(request, price, form):
        return _back(request)
    trial = price.plan.trial_days if gets_trial(request.merchant) else 0
    shown = {
        "price": price,
        "form": form,
        "bounds": shown_bounds(price.plan),
        "trial_days": trial,
        "today": today_of(request.merchant),
    }
    return render(request, "billing/join.html", shown, status=422 if form.errors else 200)


def _offered(request: MerchantRequest, price_id: str) -> PlanPrice:
    """Raises: Http404, for what is not offered to this shop today."""
    price = PlanPrice.get_or_404(price_id)
    if not is_open_to_join(price, request.merchant):
        raise Http404
    return price


def _joined(request: MerchantRequest, price: PlanPrice, form: BillingAccountForm) -> bool:
    """Whether it is done; otherwise the form says why not, or the page that follows does."""
    by = Actor.user(request.user)
    try:
        join_plan(merchant=request.merchant, price=price, account=form.facts(), by=by)
    except (AlreadySubscribed, OfferGone):
        messages.error(request, _("This changed meanwhile; nothing was ordered. Look once more."))
    except refusals as refusal:
        add_refusal(form, refusal)
        return False
    else:
        said = _("You are on %(plan)s. A confirmation went to the billing e-mail.")
        messages.success(request, said % {"plan": price.plan.name})
    return True


@office_view(CHANGE_BILLING)
@_forms
def choose(request: MerchantRequest, price_id: str) -> HttpResponse:
    price, running = _offered(request, price_id), running_subscription(request.merchant)
    if running is None:
        return redirect("billing_office:join", request.merchant.handle, price_id)
    if request.method == "POST":
        try:
            choose_next(merchant=request.merchant, price=price, by=Actor.user(request.user))
        except (NotSubscribed, OfferGone):
            messages.error(request, _("This changed meanwhile; nothing was changed."))
        else:
            messages.success(request, _("Your next period will be on this plan."))
        return _back(request)
    bounds = shown_bounds(price.plan)
    shown = {"price": price, "bounds": bounds, "running": running, "period": last_period(running)}
    return render(request, "billing/choose.html", shown)


@office_view(CHANGE_BILLING)
@_forms
def cancel(request: MerchantRequest) -> HttpResponse:
    running = running_subscription(request.merchant)
    if running is None:
        messages.info(request, _("You are on the free plan; there is nothing to cancel."))
        return _back(request)
    if request.method == "POST":
        try:
            cancel_plan(merchant=request.merchant, by=Actor.user(request.user))
        except NotSubscribed:
            messages.info(request, _("You are on the free plan; there is nothing to cancel."))
        else:
            messages.success(request, _("Cancelled. What is paid stays yours until it ends."))
        return _back(request)
    shown = {"running": running, "period": last_period(running)}
    return render(request, "billing/cancel.html", shown)


@require_POST
@office_view(CHANGE_BILLING)
def keep(request: MerchantRequest) -> HttpResponse:
    try:
        keep_plan(merchant=request.merchant, by=Actor.user(request.user))
    except NotSubscribed:
        messages.error(request, _("The plan has ended. You may join it anew."))
    else:
        messages.success(request, _("You keep the plan."))
    return _back(request)


def _back(request: MerchantRequest) -> HttpResponse:
    return redirect("billing_office:plan", request.merchant.handle)
