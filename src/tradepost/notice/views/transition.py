"""Announcing a change of owner, in the office of a shop."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tradepost.audit.types import Actor
from tradepost.merchants.access import MerchantRequest, asks_password, office_view
from tradepost.merchants.types import CHANGE_SETTINGS, SEE_SETTINGS
from tradepost.notice.actions.transition import withdraw_transition
from tradepost.notice.forms import TransitionForm, announced_by_form
from tradepost.notice.transitions.reading import open_transition, transition_context


@office_view(SEE_SETTINGS)
@require_http_methods(["GET", "HEAD"])
def transition(request: MerchantRequest) -> HttpResponse:
    return _page(request, TransitionForm(), may_change=request.membership.may(CHANGE_SETTINGS))


@require_POST
@office_view(CHANGE_SETTINGS)
@asks_password
def announce(request: MerchantRequest) -> HttpResponse:
    form = TransitionForm(request.POST)
    if announced_by_form(form, merchant=request.merchant, by=Actor.user(request.user)):
        messages.success(request, _("The change of owner is announced."))
        return redirect("notice_office:transition", request.merchant.handle)
    return _page(request, form, may_change=True)


@require_POST
@office_view(CHANGE_SETTINGS)
@asks_password
def withdraw(request: MerchantRequest) -> HttpResponse:
    row = open_transition(request.merchant)
    if row and withdraw_transition(transition=row, by=Actor.user(request.user)):
        messages.success(request, _("The announcement is taken back; the shop stays with you."))
    return redirect("notice_office:transition", request.merchant.handle)


def _page(request: MerchantRequest, form: TransitionForm, *, may_change: bool) -> HttpResponse:
    context = {"form": form, "may_change": may_change, **transition_context(request.merchant)}
    status = 422 if form.errors else 200
    return render(request, "notice/office/transition.html", context, status=status)
