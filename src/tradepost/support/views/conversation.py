"""One conversation at the desk: read, answer, note, give to somebody, close."""

from collections.abc import Callable

from django.contrib import messages
from django.http import FileResponse, HttpResponseBadRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tradepost.audit.types import Actor
from tradepost.lib.opaque import UnknownId
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.orders.types import SEE_ORDERS
from tradepost.rights.queries import standing_of
from tradepost.support.actions import handle, write
from tradepost.support.actions.record_view import note_look
from tradepost.support.forms import AnswerForm, AssignForm, TagsForm
from tradepost.support.models import Conversation, Message, MessageFile, SavedReply
from tradepost.support.queries import (
    colleagues,
    earlier_talks,
    messages_of,
    orders_beside,
    saved_replies,
)
from tradepost.support.types import CHANGE_SUPPORT, SEE_SUPPORT, SomebodyElseWrote, SupportRefusal
from tradepost.support.views.downloads import download

STATES: dict[str, Callable[..., Conversation]] = {"close": handle.close, "reopen": handle.reopen}


@office_view(SEE_SUPPORT)
@require_safe
def conversation(request: MerchantRequest, conversation_id: str) -> HttpResponseBase:
    """``?reply=`` puts a saved reply into the form."""
    row = _row(request, conversation_id)
    named = request.GET.get("reply", "")
    chosen = SavedReply.get_or_404(named, merchant=request.merchant) if named else None
    form = AnswerForm(initial={"text": chosen.text} if chosen else {})
    return _page(request, row, form)


@office_view(CHANGE_SUPPORT)
@require_POST
def say(request: MerchantRequest, conversation_id: str) -> HttpResponseBase:
    """An answer, or with ``do=note`` an internal note. Somebody else may have answered meanwhile."""
    row, form = _row(request, conversation_id), AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    said, by = write.Said(**form.cleaned_data), Actor.user(request.user)
    try:
        if request.POST.get("do") == "note":
            write.note(conversation=row, said=said, by=by, author=request.user)
        else:
            write.answer(
                conversation=row, said=said, by=by, author=request.user, seen=_seen(request, row)
            )
    except SupportRefusal as refusal:
        form.add_error(None, str(refusal.in_words))
        stale = isinstance(refusal, SomebodyElseWrote)
        return _page(request, row, form, status=409 if stale else 422)
    return _back(request, row)


@office_view(CHANGE_SUPPORT)
@require_POST
def change_state(request: MerchantRequest, conversation_id: str) -> HttpResponseBase:
    row, act = _row(request, conversation_id), STATES.get(request.POST.get("do", ""))
    if act is None:
        return HttpResponseBadRequest("do")
    act(conversation=row, by=Actor.user(request.user))
    return _back(request, row)


@office_view(CHANGE_SUPPORT)
@require_POST
def assign(request: MerchantRequest, conversation_id: str) -> HttpResponseBase:
    row = _row(request, conversation_id)
    form = AssignForm(colleagues(request.merchant), data=request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("to")
    handle.assign(conversation=row, to=form.member, by=Actor.user(request.user))
    return _back(request, row)


@office_view(CHANGE_SUPPORT)
@require_POST
def tags(request: MerchantRequest, conversation_id: str) -> HttpResponseBase:
    row, form = _row(request, conversation_id), TagsForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("tags")
    words = form.cleaned_data["tags"].split(",")
    handle.set_tags(conversation=row, words=words, by=Actor.user(request.user))
    messages.success(request, _("Saved."))
    return _back(request, row)


@office_view(SEE_SUPPORT)
@require_safe
def message_file(request: MerchantRequest, conversation_id: str, file_id: str) -> FileResponse:
    row = _row(request, conversation_id)
    file = MessageFile.get_or_404(file_id, message__conversation=row)
    by = Actor.user(request.user)
    note_look(merchant=request.merchant, by=by, what="file", conversation=row)
    return download(file)


def _row(request: MerchantRequest, conversation_id: str) -> Conversation:
    """Raises: Http404."""
    row = Conversation.get_or_404(conversation_id, merchant=request.merchant)
    row.merchant = request.merchant
    return row


def _seen(request: MerchantRequest, row: Conversation) -> Message | None:
    """The newest message that stood on the page. What is no message of this conversation is none."""
    try:
        return row.messages.filter(pk=Message.pk_of(request.POST.get("seen", ""))).first()
    except UnknownId:
        return None


def _back(request: MerchantRequest, row: Conversation) -> HttpResponseBase:
    return redirect("support_office:conversation", request.merchant.handle, row.public_id)


def _page(
    request: MerchantRequest, row: Conversation, form: AnswerForm, status: int = 200
) -> HttpResponseBase:
    shown = list(messages_of(row))
    by = Actor.user(request.user)
    note_look(merchant=request.merchant, by=by, what="conversation", conversation=row)
    may_change = request.membership.may(CHANGE_SUPPORT)
    context = {
        "conversation": row,
        "standing": standing_of(merchant_id=row.merchant_id, email=row.email),
        "shown": shown,
        "seen": shown[-1].public_id if shown else "",
        "form": form,
        "may_change": may_change,
        "earlier": earlier_talks(row),
        "sees_orders": request.membership.may(SEE_ORDERS),
        "orders": orders_beside(row),
        "tags": row.tags.all(),
    }
    if may_change:
        context |= _tools(request, row)
    return render(request, "support/conversation.html", context, status=status)


def _tools(request: MerchantRequest, row: Conversation) -> dict[str, object]:
    words = ", ".join(tag.word for tag in row.tags.all())
    return {
        "assign_form": AssignForm(
            colleagues(request.merchant), initial={"to": str(row.assigned_to_id or "")}
        ),
        "tags_form": TagsForm(initial={"tags": words}),
        "replies": saved_replies(request.merchant),
    }
