"""The operator's pages of plans and of shops that are on them; who may open them, the console says."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.audit.types import Actor
from tradepost.billing.actions.plans import (
    change_plan,
    close_plan,
    describe_free_plan,
    make_plan,
    open_plan,
    set_price,
)
from tradepost.billing.forms import FreePlanForm, PlanForm, PriceForm
from tradepost.billing.meters.registry import shown_bounds
from tradepost.billing.models import BillingPlan
from tradepost.billing.queries import all_plans, all_subscriptions, free_plan
from tradepost.billing.types import TooSoon
from tradepost.modules.places import place
from tradepost.ui.paging import page_of

_A_PAGE = 50


def list_page(request: HttpRequest) -> HttpResponse:
    return render(request, "billing/desk/plans.html", {"plans": all_plans(), "free": free_plan()})


def new_page(request: HttpRequest, by: Actor) -> HttpResponse:
    form = PlanForm(request.POST or None)
    if form.is_valid():
        plan = make_plan(facts=form.facts(), bounds=form.bounds(), by=by)
        messages.success(request, _("Made. Give it a price, and shops can join it."))
        return redirect(place("plan of the operator", plan.public_id))
    shown = {"form": form, "title": _("New plan")}
    return render(request, "billing/desk/form.html", shown, status=422 if form.errors else 200)


def free_page(request: HttpRequest, by: Actor) -> HttpResponse:
    plan = free_plan()
    form = FreePlanForm(request.POST or None, instance=plan)
    if form.is_valid():
        said = form.cleaned_data
        describe_free_plan(name=said["name"], text=said["text"], bounds=form.bounds(), by=by)
        messages.success(request, _("Saved."))
        return redirect(place("plans of the operator"))
    shown = {"form": form, "title": _("The free plan")}
    return render(request, "billing/desk/form.html", shown, status=422 if form.errors else 200)


def plan_or_404(plan_id: str) -> BillingPlan:
    """Raises: Http404, also for the free plan, which has a page of its own."""
    plan = BillingPlan.get_or_404(plan_id)
    if plan.is_free:
        raise Http404
    return plan


def plan_page(
    request: HttpRequest, plan: BillingPlan, form: PriceForm | None = None
) -> HttpResponse:
    shown = {
        "plan": plan,
        "bounds": shown_bounds(plan),
        "prices": plan.prices.all(),
        "form": form or PriceForm(),
    }
    status = 422 if form and form.errors else 200
    return render(request, "billing/desk/plan.html", shown, status=status)


def change_page(request: HttpRequest, by: Actor, plan: BillingPlan) -> HttpResponse:
    form = PlanForm(request.POST or None, instance=plan)
    if form.is_valid():
        change_plan(plan=plan, facts=form.facts(), bounds=form.bounds(), by=by)
        messages.success(request, _("Saved."))
        return redirect(place("plan of the operator", plan.public_id))
    shown = {"form": form, "title": plan.name, "plan": plan}
    return render(request, "billing/desk/form.html", shown, status=422 if form.errors else 200)


def price_page(request: HttpRequest, by: Actor, plan: BillingPlan) -> HttpResponse:
    form = PriceForm(request.POST)
    if form.is_valid():
        try:
            set_price(
                plan=plan,
                every=form.interval(),
                amount=form.money(),
                valid_from=form.cleaned_data["valid_from"],
                by=by,
            )
        except TooSoon as refusal:
            said = _("A changed price is announced %(days)s days ahead, after the last one set.")
            form.add_error("valid_from", said % {"days": refusal.days})
        else:
            messages.success(request, _("The price is set. Periods that have begun keep theirs."))
            return redirect(place("plan of the operator", plan.public_id))
    return plan_page(request, plan, form)


def close_page(request: HttpRequest, by: Actor, plan: BillingPlan) -> HttpResponse:
    """Closes an open plan to new shops, or opens a closed one."""
    if "open" in request.POST:
        open_plan(plan=plan, by=by)
        messages.success(request, _("Shops can join it again."))
    else:
        close_plan(plan=plan, by=by)
        messages.success(request, _("Nobody joins it any more. Shops that are on it stay."))
    return redirect(place("plan of the operator", plan.public_id))


def subscriptions_page(request: HttpRequest) -> HttpResponse:
    with scopes_disabled():
        page = page_of(all_subscriptions(), request, _A_PAGE)
        return render(request, "billing/desk/subscriptions.html", {"page": page})
