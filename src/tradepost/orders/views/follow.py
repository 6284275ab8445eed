"""The customer's page of an order. The unguessable address is the key; nothing else is asked."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from django_scopes import scope, scopes_disabled

from tradepost.orders.actions.pay import request_payment
from tradepost.orders.documents import invoice_pdf
from tradepost.orders.models import Invoice, Order
from tradepost.orders.queries import by_token, follow_page
from tradepost.orders.types import NotNow
from tradepost.payments.actions.start import pay_path
from tradepost.payments.types import PaymentRefused

View = Callable[Concatenate[HttpRequest, Order, ...], HttpResponseBase]


def order_view(view: View) -> Callable[..., HttpResponseBase]:
    """Settles access: the token is known. Keeps the address out of referrers, caches, indexes. Times are
    those of the shop, whose orders people ask about by telephone.

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
            raise Http404
        with scope(merchant=order.merchant), timezone.override(order.merchant.time_zone):
            answer = view(request, order, **kwargs)
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return settled


@require_safe
@order_view
def follow(request: HttpRequest, order: Order) -> HttpResponseBase:
    return render(request, "orders/follow.html", follow_page(order))


@require_POST
@order_view
def pay(request: HttpRequest, order: Order) -> HttpResponseBase:
    """Pay now or pay again."""
    try:
        return redirect(pay_path(request_payment(order=order)))
    except (NotNow, PaymentRefused) as problem:
        context = follow_page(order) | {"problem": str(problem)}
        return render(request, "orders/follow.html", context, status=409)


@require_safe
@order_view
def invoice(request: HttpRequest, order: Order, invoice_id: str) -> HttpResponseBase:
    row = Invoice.get_or_404(invoice_id, order=order)
    headers = {"Content-Disposition": f'attachment; filename="{row.what}-{row}.pdf"'}
    return HttpResponse(invoice_pdf(row), content_type="application/pdf", headers=headers)
