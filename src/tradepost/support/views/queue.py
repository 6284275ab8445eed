"""The queue of the desk, and the replies that it keeps at hand."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tradepost.audit.types import Actor
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.support.actions.record_view import note_look
from tradepost.support.actions.saved_replies import delete_reply, save_reply
from tradepost.support.forms import STATES, QueueForm, SavedReplyForm
from tradepost.support.models import SavedReply
from tradepost.support.queries import (
    ALL,
    ConversationFilter,
    conversations_of,
    saved_replies,
    with_desk,
)
from tradepost.support.types import CHANGE_SUPPORT, SEE_SUPPORT, ConversationState
from tradepost.ui.paging import page_of

PER_PAGE = 50


@office_view(SEE_SUPPORT)
@require_safe
def queue(request: MerchantRequest) -> HttpResponseBase:
    """Without a state in the address: what waits for the shop, and all where somebody is searched for."""
    form, chosen = _filter_in(request)
    rows = with_desk(conversations_of(request.merchant, chosen, request.user))
    page = page_of(rows, request, PER_PAGE)
    note_look(merchant=request.merchant, by=Actor.user(request.user), what="list", shown=page)
    address = request.GET.copy()
    address.pop("state", None)
    address.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "view": chosen.state,
        "views": STATES,
        "rest_of_address": address.urlencode(),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "may_change": request.membership.may(CHANGE_SUPPORT),
    }
    return render(request, "support/queue.html", context)


def _filter_in(request: MerchantRequest) -> tuple[QueueForm, ConversationFilter]:
    form = QueueForm(request.GET)
    form.is_valid()
    given = form.cleaned_data
    words = given.get("q", "")
    state = request.GET.get("state") or (ALL if words else ConversationState.OPEN.value)
    return form, ConversationFilter(
        state=state, whose=given.get("whose", ""), tag=given.get("tag", ""), search=words
    )


@office_view(CHANGE_SUPPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def replies(request: MerchantRequest) -> HttpResponseBase:
    """All of them, and a form for one more or the one that ``?edit=`` names."""
    named = request.GET.get("edit", "")
    known = SavedReply.get_or_404(named, merchant=request.merchant) if named else None
    form = SavedReplyForm(request.POST or None, instance=known)
    form.instance.merchant = request.merchant
    if form.is_valid():
        save_reply(
            merchant=request.merchant, by=Actor.user(request.user), reply=known, **form.cleaned_data
        )
        messages.success(request, _("Saved."))
        return redirect("support_office:replies", request.merchant.handle)
    context = {"form": form, "edited": known, "replies": saved_replies(request.merchant)}
    return render(request, "support/replies.html", context, status=422 if form.is_bound else 200)


@office_view(CHANGE_SUPPORT)
@require_POST
def remove_reply(request: MerchantRequest, reply_id: str) -> HttpResponseBase:
    reply = SavedReply.get_or_404(reply_id, merchant=request.merchant)
    delete_reply(reply=reply, by=Actor.user(request.user))
    messages.success(request, _("Deleted."))
    return redirect("support_office:replies", request.merchant.handle)
