"""The customer's page of an order. The unguessable address is the key; nothing else is asked."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from django_scopes import scope, scopes_disabled

from tradepost.audit.types import PERSON
from tradepost.merchants.languages import asked_language, languages_of
from tradepost.orders.actions.pay import change_method, request_payment
from tradepost.orders.actions.refund import tell_account
from tradepost.orders.documents import invoice_pdf
from tradepost.orders.forms.refund import AccountForm
from tradepost.orders.models import Invoice, Order
from tradepost.orders.queries import by_token, follow_page
from tradepost.orders.types import OrderStateError
from tradepost.payments.actions.start import pay_path
from tradepost.payments.queries import refunds_by_hand
from tradepost.payments.types import PaymentRefused

View = Callable[Concatenate[HttpRequest, Order, ...], HttpResponseBase]


def order_view(view: View) -> Callable[..., HttpResponseBase]:
    """Settles access: the token is known. An unknown one gets a page that says what may be the matter: an
    order that is erased leaves no trace by which it could be told from a mistyped address. Keeps the
    address out of referrers, caches, indexes. Times are those of the shop, whose orders people ask about
    by telephone; words in the language of the order, unless the switch on the page says otherwise.

    Forms need no CSRF token, whose cookie a buyer may refuse: who can post here knows the address,
    and that is all there is to know.
    """

    @csrf_exempt
    @never_cache
    @wraps(view)
    def settled(request: HttpRequest, token: str, **kwargs: str) -> HttpResponseBase:
        with scopes_disabled():
            order = by_token(token)
        if order is None:
            answer: HttpResponseBase = render(request, "orders/unknown.html", status=404)
        else:
            language = asked_language(request) or order.language
            here = timezone.override(order.merchant.time_zone)
            with scope(merchant=order.merchant), here, translation.override(language):
                answer = view(request, order, **kwargs)
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return settled


@require_safe
@order_view
def follow(request: HttpRequest, order: Order) -> HttpResponseBase:
    return _page(request, order)


@require_POST
@order_view
def pay(request: HttpRequest, order: Order) -> HttpResponseBase:
    """Pay now, pay again, or pay another way (``method``)."""
    method = request.POST.get("method", "")
    try:
        if method and method != order.payment_method:
            return redirect(pay_path(change_method(order=order, method=method)))
        return redirect(pay_path(request_payment(order=order)))
    except (OrderStateError, PaymentRefused) as problem:
        return _page(request, order, problem=str(problem), status=409)


@require_POST
@order_view
def account(request: HttpRequest, order: Order) -> HttpResponseBase:
    """Where the shop sends money that it pays back by hand."""
    form = AccountForm(request.POST)
    if not form.is_valid():
        problem = " ".join(map(str, form.errors["iban"]))
        return _page(request, order, problem=problem, typed=form["iban"].value(), status=422)
    for refund in refunds_by_hand(order.merchant, order.reference).filter(payee_iban=""):
        tell_account(order=order, refund=refund, iban=form.cleaned_data["iban"], by=PERSON)
    messages.success(request, _("Thank you: the shop sees your IBAN and pays there."))
    return redirect("orders:follow", order.token)


def _page(
    request: HttpRequest, order: Order, *, status: int = 200, **more: str | None
) -> HttpResponseBase:
    page = follow_page(order)
    page["shop"]["languages"] = languages_of(order.merchant, request)
    return render(request, "orders/follow.html", page | more, status=status)


@require_safe
@order_view
def invoice(request: HttpRequest, order: Order, invoice_id: str) -> HttpResponseBase:
    row = Invoice.get_or_404(invoice_id, order=order)
    headers = {"Content-Disposition": f'attachment; filename="{row.what}-{row}.pdf"'}
    return HttpResponse(invoice_pdf(row), content_type="application/pdf", headers=headers)
