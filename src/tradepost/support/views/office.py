"""A shop's support desk in its back office, and the replies that it keeps at hand."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tradepost.audit.types import Actor
from tradepost.datamap.rooms import Permission
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.orders.types import SEE_ORDERS
from tradepost.support.actions.saved_replies import delete_reply, save_reply
from tradepost.support.desk import pages
from tradepost.support.desk.desk import SupportDesk
from tradepost.support.forms import SavedReplyForm
from tradepost.support.models import Conversation, SavedReply
from tradepost.support.queries import saved_replies
from tradepost.support.types import CHANGE_SUPPORT, SEE_SUPPORT

Page = Callable[[HttpRequest, SupportDesk, Conversation], HttpResponse]
Methods = Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]


def _desk(request: MerchantRequest) -> SupportDesk:
    handle = request.merchant.handle

    def address(page: str, *rows: str) -> str:
        return reverse(f"support_office:{page}", args=[handle, *rows])

    return SupportDesk(
        user=request.user,
        merchant=request.merchant,
        may_change=request.membership.may(CHANGE_SUPPORT),
        sees_orders=request.membership.may(SEE_ORDERS),
        address=address,
    )


@office_view(SEE_SUPPORT)
@require_safe
def queue(request: MerchantRequest) -> HttpResponse:
    return pages.queue_page(request, _desk(request))


def _of_conversation(
    permission: Permission, methods: Methods, page: Page
) -> Callable[..., HttpResponseBase]:
    """One page of one conversation of the shop; another's is not there."""

    def view(request: MerchantRequest, conversation_id: str) -> HttpResponse:
        desk = _desk(request)
        return page(request, desk, desk.conversation(conversation_id))

    return office_view(permission)(methods(view))


conversation = _of_conversation(SEE_SUPPORT, require_safe, pages.conversation_page)
say = _of_conversation(CHANGE_SUPPORT, require_POST, pages.say_page)
state = _of_conversation(CHANGE_SUPPORT, require_POST, pages.state_page)
assign = _of_conversation(CHANGE_SUPPORT, require_POST, pages.assign_page)
tags = _of_conversation(CHANGE_SUPPORT, require_POST, pages.tags_page)


@office_view(SEE_SUPPORT)
@require_safe
def file(request: MerchantRequest, conversation_id: str, file_id: str) -> HttpResponse:
    desk = _desk(request)
    return pages.file_page(desk, desk.conversation(conversation_id), file_id)


@office_view(CHANGE_SUPPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def replies(request: MerchantRequest) -> HttpResponseBase:
    """All of them, and a form for one more or the one that ``?edit=`` names."""
    named, shop = request.GET.get("edit", ""), request.merchant
    known = SavedReply.get_or_404(named, merchant=shop) if named else None
    form = SavedReplyForm(request.POST or None, instance=known or SavedReply(merchant=shop))
    if form.is_valid():
        by = Actor.user(request.user)
        save_reply(merchant=shop, by=by, reply=known, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("support_office:replies", shop.handle)
    return _desk(request).show(
        request,
        "replies",
        status=422 if form.is_bound else 200,
        form=form,
        edited=known,
        replies=saved_replies(shop),
    )


@office_view(CHANGE_SUPPORT)
@require_POST
def remove_reply(request: MerchantRequest, reply_id: str) -> HttpResponseBase:
    reply = SavedReply.get_or_404(reply_id, merchant=request.merchant)
    delete_reply(reply=reply, by=Actor.user(request.user))
    messages.success(request, _("Deleted."))
    return redirect("support_office:replies", request.merchant.handle)
