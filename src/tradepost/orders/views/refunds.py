"""Paying back: what is asked for, and what the merchant says of money that moves by hand."""

import secrets
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBadRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tradepost.audit.types import Actor
from tradepost.lib import clock
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.orders.actions.refund import outcome_of, refund_called_off, refund_sent, tell_account
from tradepost.orders.actions.refund import (
    refund as refund_order,
)
from tradepost.orders.amounts.refundable import refundable_order
from tradepost.orders.forms.refund import AccountForm, RefundForm, SentForm
from tradepost.orders.models import Order
from tradepost.orders.queries import refunds_by_provider
from tradepost.orders.types import CHANGE_ORDERS, RefundOutcome
from tradepost.payments.models import Refund
from tradepost.payments.queries import refund_with_key
from tradepost.payments.types import PaymentRefused


@office_view(CHANGE_ORDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def refund(request: MerchantRequest, order_id: str) -> HttpResponseBase:
    row = Order.get_or_404(order_id)
    left, by_hand = refundable_order(row), not refunds_by_provider(row)
    start: dict[str, object] = {"key": secrets.token_hex(16)}
    known = refund_with_key(request.merchant, row.reference, request.POST.get("key", ""))
    if known:  # pressed twice
        return _told(request, row, outcome_of(known))
    form = RefundForm(row, left, request.POST or None, initial=start, by_hand=by_hand)
    if request.method == "POST" and form.is_valid():
        try:
            outcome = _give_back(request, row, form)
        except PaymentRefused as problem:
            form.add_error(None, str(problem))
        else:
            return _told(request, row, outcome)
    context = {"order": row, "form": form, "left": left, "by_hand": by_hand}
    return render(request, "orders/refund.html", context, status=422 if form.errors else 200)


def _told(request: MerchantRequest, row: Order, outcome: RefundOutcome) -> HttpResponseBase:
    tell = messages.error if outcome == RefundOutcome.FAILED else messages.success
    tell(request, outcome.label)
    return redirect("orders_office:order", request.merchant.handle, row.public_id)


def _give_back(request: MerchantRequest, row: Order, form: RefundForm) -> RefundOutcome:
    """Raises: PaymentRefused."""
    given = form.cleaned_data
    _refund, outcome = refund_order(
        order=row,
        parts=form.parts(),
        by=Actor.user(request.user),
        reason=given["reason"],
        key=given["key"],
        payee_iban=given.get("payee_iban", ""),
    )
    return outcome


@office_view(CHANGE_ORDERS)
@require_POST
def by_hand(request: MerchantRequest, order_id: str, refund_id: str) -> HttpResponseBase:
    """Sent, called off, or where it goes to."""
    row = Order.get_or_404(order_id)
    back = Refund.get_or_404(refund_id, order_refund__order=row)
    act = {"sent": _sent, "call_off": _called_off, "account": _account}.get(
        request.POST.get("do", "")
    )
    if act is None:
        return HttpResponseBadRequest("do")
    try:
        act(request, row, back)
    except PaymentRefused as problem:
        messages.error(request, str(problem))
    return redirect("orders_office:order", request.merchant.handle, row.public_id)


def _sent(request: MerchantRequest, row: Order, back: Refund) -> None:
    form = SentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This is not a date. Nothing was noted."))
        return
    refund_sent(
        order=row, refund=back, by=Actor.user(request.user), sent_at=_moment(row, form.cleaned_data)
    )
    messages.success(request, _("Refund sent: the credit note is written and the customer told."))


def _moment(row: Order, given: dict[str, Any]) -> datetime | None:
    """Noon of that day where the shop is; now, for today and for days to come."""
    day = given.get("sent_on")
    if day is None or day >= row.merchant.day_of(clock.now()):
        return None
    return datetime.combine(day, time(12), tzinfo=timezone.get_current_timezone())


def _called_off(request: MerchantRequest, row: Order, back: Refund) -> None:
    refund_called_off(order=row, refund=back, by=Actor.user(request.user))
    messages.success(request, _("The refund is called off; the customer is told by mail."))


def _account(request: MerchantRequest, row: Order, back: Refund) -> None:
    form = AccountForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["iban"])))
        return
    tell_account(
        order=row, refund=back, iban=form.cleaned_data["iban"], by=Actor.user(request.user)
    )
    messages.success(request, _("Saved."))
