"""The list of orders, and what can be done to many at once."""

from django.contrib import messages
from django.http import HttpResponseBadRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tradepost.audit.types import Actor
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.orders.actions import handle
from tradepost.orders.actions.record_view import note_look
from tradepost.orders.forms.orders import VIEWS, FilterForm
from tradepost.orders.models import Order
from tradepost.orders.queries import ALL, CURRENT, OrderFilter, orders_of
from tradepost.orders.types import CHANGE_ORDERS, SEE_ORDERS
from tradepost.orders.views.undo import offer_undo, offered_undo
from tradepost.ui.paging import COUNTED_WORDS, Counting, page_of

PER_PAGE = 50
BULK = {
    "accept": handle.accept,
    "put_back": handle.put_back,
    "archive": handle.archive,
    "unarchive": handle.unarchive,
}


def filter_in(request: MerchantRequest) -> tuple[FilterForm, OrderFilter]:
    """The filter in the address; what makes no sense there is left out."""
    form = FilterForm(request.GET)
    form.is_valid()
    given = form.cleaned_data
    return form, OrderFilter(
        search=given.get("q", ""),
        state=given.get("state", ""),
        payment=given.get("payment", ""),
        placed_from=given.get("since"),
        placed_until=given.get("until"),
        sort=request.GET.get("sort", "-number"),
    )


@office_view(SEE_ORDERS)
@require_safe
def orders(request: MerchantRequest) -> HttpResponseBase:
    """Without a state in the address: the current ones, and all where words are searched for."""
    form, chosen = filter_in(request)
    view = chosen.state or (ALL if chosen.search else CURRENT)
    found = orders_of(request.merchant, chosen.in_state(view))
    page = page_of(
        found, request, PER_PAGE, counting=Counting(most=COUNTED_WORDS if chosen.search else None)
    )
    note_look(merchant=request.merchant, by=Actor.user(request.user), what="list", shown=page)
    address = request.GET.copy()
    address.pop("state", None)
    address.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "view": view,
        "views": VIEWS,
        "rest_of_address": address.urlencode(),
        "address": request.GET.urlencode(),
        "may_change": request.membership.may(CHANGE_ORDERS),
        "has_others": not page.object_list and orders_of(request.merchant).exists(),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "undo": offered_undo(request),
    }
    return render(request, "orders/orders.html", context)


@office_view(CHANGE_ORDERS)
@require_POST
def bulk(request: MerchantRequest) -> HttpResponseBase:
    """Accept, archive, or take either back, for the ticked orders."""
    name, address = request.POST.get("do", ""), request.POST.get("address", "")
    if name not in BULK:
        return HttpResponseBadRequest("do")
    ticked = [Order.get_or_404(text) for text in request.POST.getlist("order")[:PER_PAGE]]
    owing = [row for row in ticked if name == "archive" and handle.owes_goods(row)]
    if owing and request.POST.get("sure") == "others":
        ticked = [row for row in ticked if row not in owing]
    elif owing and not request.POST.get("sure"):
        return _ask(request, ticked, owing)
    if ticked:
        handled = handle.handle_many(orders=ticked, action=BULK[name], by=Actor.user(request.user))
        _tell(request, handled)
        offer_undo(request, name, handled.changed)
    else:
        messages.error(request, _("Choose orders first: tick them in the list."))
    return redirect(f"{reverse('orders_office:orders', args=[request.merchant.handle])}?{address}")


def _ask(request: MerchantRequest, ticked: list[Order], owing: list[Order]) -> HttpResponseBase:
    context = {
        "owing": owing,
        "others": len(ticked) > len(owing),
        "chosen": [row.public_id for row in ticked],
        "address": request.POST.get("address", ""),
    }
    return render(request, "orders/archive.html", context)


def _tell(request: MerchantRequest, handled: handle.Handled) -> None:
    if done := len(handled.changed):
        text = ngettext("%(n)d order done.", "%(n)d orders done.", done)
        messages.success(request, text % {"n": done})
    if same := len(handled.same):
        text = ngettext("%(n)d order was so already.", "%(n)d orders were so already.", same)
        messages.info(request, text % {"n": same})
    if left := len(handled.refused):
        text = ngettext(
            "%(n)d order was left as it was: its state does not allow this.",
            "%(n)d orders were left as they were: their state does not allow this.",
            left,
        )
        messages.warning(request, text % {"n": left})
