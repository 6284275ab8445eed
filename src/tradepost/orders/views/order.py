"""One order, and everything that can be done to it."""

from datetime import UTC, datetime, time
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tradepost.audit.types import Actor
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.orders.actions import handle
from tradepost.orders.actions.approve import approve, decline
from tradepost.orders.actions.cancel import cancel as cancel_order
from tradepost.orders.actions.cancel import delete_order
from tradepost.orders.actions.hold import hold_order, lift_holds
from tradepost.orders.actions.late import take_late_payment
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.actions.record_view import note_look
from tradepost.orders.actions.remote import try_again
from tradepost.orders.documents import packing_slip_pdf
from tradepost.orders.forms.orders import CancelForm, DispatchForm, HoldForm, NumberForm
from tradepost.orders.models import Order, RemoteCall
from tradepost.orders.queries import order_page, with_everything
from tradepost.orders.types import CHANGE_ORDERS, SEE_ORDERS, OrderStateError
from tradepost.orders.views.undo import offer_undo, offered_undo
from tradepost.payments.types import PaymentRefused


def late_words(order: Order) -> str:
    """What became of money that came after the order was cancelled."""
    if order.cancelled_at is None:
        return _("Taken up again and marked as paid; the customer is told.")
    return _(
        "The goods have been sold meanwhile: the order stays cancelled, and the money is noted. "
        "Give it back."
    )


SIMPLE = {
    "accept": (handle.accept, gettext_lazy("Accepted.")),
    "put_back": (handle.put_back, gettext_lazy("Put back to waiting.")),
    "archive": (handle.archive, gettext_lazy("Archived: it stays until you delete it.")),
    "unarchive": (handle.unarchive, gettext_lazy("Taken out of the archive.")),
    "undo_dispatch": (
        handle.undo_dispatch,
        gettext_lazy("Dispatch taken back; the mail that told of it cannot be."),
    ),
    "mark_paid": (mark_paid, gettext_lazy("Marked as paid.")),
    "approve": (approve, gettext_lazy("The price is accepted; the customer is told how to pay.")),
    "decline": (
        decline,
        gettext_lazy("Declined: the order is cancelled, and the customer is told."),
    ),
    "paid_late": (take_late_payment, late_words),
    "lift_holds": (lift_holds, gettext_lazy("The hold is lifted.")),
}


def archives_unsent(request: MerchantRequest, orders: list[Order]) -> list[Order]:
    """Those about which people are asked before they are archived; none once they have answered."""
    if request.POST.get("do") != "archive" or request.POST.get("sure"):
        return []
    return [row for row in orders if handle.owes_goods(row)]


def _back(request: MerchantRequest, row: Order) -> HttpResponseBase:
    return redirect("orders_office:order", request.merchant.handle, row.public_id)


@office_view(SEE_ORDERS)
@require_safe
def order(request: MerchantRequest, order_id: str) -> HttpResponseBase:
    row = Order.get_or_404(order_id)
    note_look(merchant=request.merchant, by=Actor.user(request.user), what="order", order=row)
    full = with_everything(Order.objects.filter(pk=row.pk)).get()
    context = order_page(full) | {
        "may_change": request.membership.may(CHANGE_ORDERS),
        "undo": offered_undo(request),
    }
    return render(request, "orders/order.html", context)


@office_view(CHANGE_ORDERS)
@require_POST
def act(request: MerchantRequest, order_id: str) -> HttpResponseBase:
    """The things that need no further answer; each can be taken back by another of them."""
    row = Order.get_or_404(order_id)
    chosen: Any = SIMPLE.get(request.POST.get("do", ""))
    if chosen is None:
        return HttpResponseBadRequest("do")
    action, done = chosen
    if archives_unsent(request, [row]):
        return render(request, "orders/archive.html", {"order": row, "owing": [row]})
    try:
        changed = action(order=row, by=Actor.user(request.user))
    except (OrderStateError, PaymentRefused) as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, done(changed) if callable(done) else done)
        if isinstance(changed, Order) and handle.stamps(changed) != handle.stamps(row):
            offer_undo(request, request.POST["do"], [changed])
    return _back(request, row)


@office_view(CHANGE_ORDERS)
@require_POST
def dispatch(request: MerchantRequest, order_id: str) -> HttpResponseBase:
    row = Order.get_or_404(order_id)
    form = DispatchForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The tracking number is too long."))
        return _back(request, row)
    try:
        handle.dispatch(order=row, by=Actor.user(request.user), **form.cleaned_data)
    except OrderStateError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Dispatched; the customer is told by mail."))
    return _back(request, row)


@office_view(CHANGE_ORDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: MerchantRequest, order_id: str) -> HttpResponseBase:
    row = Order.get_or_404(order_id)
    form = CancelForm(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel_order(
                order=row, by=Actor.user(request.user), restock=form.cleaned_data["restock"]
            )
        except OrderStateError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Order %(number)s is cancelled.") % {"number": row})
            return _back(request, row)
    context = {"order": row, "form": form, "verb": "cancel"}
    return render(request, "orders/confirm.html", context)


@office_view(CHANGE_ORDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: MerchantRequest, order_id: str) -> HttpResponseBase:
    row = Order.get_or_404(order_id)
    form = NumberForm(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = str(row)
        try:
            delete_order(order=row, by=Actor.user(request.user))
        except OrderStateError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Order %(number)s is deleted.") % {"number": number})
            return redirect("orders_office:orders", request.merchant.handle)
    context = {"order": row, "form": form, "verb": "delete"}
    return render(request, "orders/confirm.html", context)


@office_view(CHANGE_ORDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: MerchantRequest, order_id: str) -> HttpResponseBase:
    row = Order.get_or_404(order_id)
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        until = datetime.combine(form.cleaned_data["until"], time.max, tzinfo=UTC)
        hold_order(
            order=row, reason=form.cleaned_data["reason"], until=until, by=Actor.user(request.user)
        )
        messages.success(request, _("The order is held until then, and not a day longer."))
        return _back(request, row)
    return render(request, "orders/hold.html", {"order": row, "form": form})


@office_view(SEE_ORDERS)
@require_safe
def packing_slip(request: MerchantRequest, order_id: str) -> HttpResponseBase:
    row = Order.get_or_404(order_id)
    note_look(
        merchant=request.merchant, by=Actor.user(request.user), what="packing slip", order=row
    )
    full = with_everything(Order.objects.filter(pk=row.pk)).get()
    headers = {"Content-Disposition": f'inline; filename="packing-slip-{row.number}.pdf"'}
    return HttpResponse(packing_slip_pdf(full), content_type="application/pdf", headers=headers)


@office_view(CHANGE_ORDERS)
@require_POST
def call_again(request: MerchantRequest, order_id: str) -> HttpResponseBase:
    row = Order.get_or_404(order_id)
    call = RemoteCall.objects.filter(order=row).first()
    if call is None:
        raise Http404
    try_again(call=call, by=Actor.user(request.user))
    messages.success(request, _("The call is made again."))
    return _back(request, row)
