"""The pages of a support desk, a shop's and the operator's alike: the queue, one conversation, and what is done there."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.translation import gettext as _

from tradepost.lib.opaque import UnknownId
from tradepost.rights.queries import standing_of
from tradepost.support.actions import handle, write
from tradepost.support.actions.record_view import note_look
from tradepost.support.desk.desk import SupportDesk
from tradepost.support.desk.downloads import download
from tradepost.support.forms import STATES, AssignForm, DeskAnswerForm, QueueForm, TagsForm
from tradepost.support.models import Conversation, Message, MessageFile, SavedReply
from tradepost.support.queries import (
    ALL,
    ConversationFilter,
    colleagues,
    conversations_of,
    earlier_talks,
    messages_of,
    orders_beside,
    saved_replies,
    with_desk,
)
from tradepost.support.types import ConversationState, SomebodyElseWrote, SupportRefusal
from tradepost.ui.paging import page_of

PER_PAGE = 50
_STATES: dict[str, Callable[..., Conversation]] = {"close": handle.close, "reopen": handle.reopen}


def queue_page(request: HttpRequest, desk: SupportDesk) -> HttpResponse:
    """Without a state in the address: what waits for the desk, and all where somebody is searched for."""
    form, chosen = _filter_in(request)
    page = page_of(with_desk(conversations_of(desk.merchant, chosen, desk.user)), request, PER_PAGE)
    note_look(merchant=desk.merchant, by=desk.by, what="list", shown=page)
    address = request.GET.copy()
    address.pop("state", None)
    address.pop("page", None)
    return desk.show(
        request,
        "queue",
        form=form,
        page=page,
        rows=[(row, desk.address("conversation", row.public_id)) for row in page],
        view=chosen.state,
        views=STATES,
        rest_of_address=address.urlencode(),
        is_filtered=any(request.GET.get(name) for name in form.fields),
    )


def _filter_in(request: HttpRequest) -> tuple[QueueForm, ConversationFilter]:
    form = QueueForm(request.GET)
    form.is_valid()
    given = form.cleaned_data
    words = given.get("q", "")
    state = request.GET.get("state") or (ALL if words else ConversationState.OPEN.value)
    return form, ConversationFilter(
        state=state, whose=given.get("whose", ""), tag=given.get("tag", ""), search=words
    )


def conversation_page(request: HttpRequest, desk: SupportDesk, row: Conversation) -> HttpResponse:
    """``?reply=`` puts a saved reply into the form."""
    named = request.GET.get("reply", "")
    chosen = SavedReply.get_or_404(named, merchant=desk.merchant) if named else None
    return _page(
        request, desk, row, DeskAnswerForm(initial={"text": chosen.text} if chosen else {})
    )


def say_page(request: HttpRequest, desk: SupportDesk, row: Conversation) -> HttpResponse:
    """An answer, or with ``do=note`` an internal note. Somebody else may have answered meanwhile."""
    form = DeskAnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, desk, row, form, status=422)
    given, by, author = form.cleaned_data, desk.by, desk.user
    said = write.WordsSaid(text=given["text"], files=given["attached"])
    try:
        if request.POST.get("do") == "note":
            write.note(conversation=row, said=said, by=by, author=author)
        else:
            seen = _seen(request, row)
            write.answer(conversation=row, said=said, by=by, author=author, seen=seen)
    except SupportRefusal as refusal:
        form.add_error(None, str(refusal.in_words))
        stale = isinstance(refusal, SomebodyElseWrote)
        return _page(request, desk, row, form, status=409 if stale else 422)
    return desk.back_to(row)


def state_page(request: HttpRequest, desk: SupportDesk, row: Conversation) -> HttpResponse:
    act = _STATES.get(request.POST.get("do", ""))
    if act is None:
        return HttpResponseBadRequest("do")
    act(conversation=row, by=desk.by)
    return desk.back_to(row)


def assign_page(request: HttpRequest, desk: SupportDesk, row: Conversation) -> HttpResponse:
    form = AssignForm(colleagues(desk.merchant), data=request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("to")
    handle.assign(conversation=row, to=form.member, by=desk.by)
    return desk.back_to(row)


def tags_page(request: HttpRequest, desk: SupportDesk, row: Conversation) -> HttpResponse:
    form = TagsForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("tags")
    handle.set_tags(conversation=row, words=form.cleaned_data["tags"].split(","), by=desk.by)
    messages.success(request, _("Saved."))
    return desk.back_to(row)


def file_page(desk: SupportDesk, row: Conversation, file_id: str) -> HttpResponse:
    """Raises: Http404."""
    file = MessageFile.get_or_404(file_id, message__conversation=row)
    note_look(merchant=desk.merchant, by=desk.by, what="file", conversation=row)
    return download(file)


def _seen(request: HttpRequest, row: Conversation) -> Message | None:
    """The newest message that stood on the page. What is no message of this conversation is none."""
    try:
        return row.messages.filter(pk=Message.pk_of(request.POST.get("seen", ""))).first()
    except UnknownId:
        return None


def _page(
    request: HttpRequest,
    desk: SupportDesk,
    row: Conversation,
    form: DeskAnswerForm,
    status: int = 200,
) -> HttpResponse:
    shown, merchant = list(messages_of(row)), desk.merchant
    note_look(merchant=merchant, by=desk.by, what="conversation", conversation=row)
    talks = [(talk, desk.address("conversation", talk.public_id)) for talk in earlier_talks(row)]
    more: dict[str, object] = {
        "standing": standing_of(merchant_id=merchant.pk, email=row.email) if merchant else None,
        "shown": [(message, _files_of(desk, row, message)) for message in shown],
        "seen": shown[-1].public_id if shown else "",
        "form": form,
        "follows": desk.address("conversation", row.follows.public_id) if row.follows else "",
        "earlier": talks,
        "orders": orders_beside(row) if desk.sees_orders else (),
        "tags": row.tags.all(),
    }
    if desk.may_change:
        more |= _tools(desk, row)
    return desk.show(request, "conversation", row, status=status, **more)


def _files_of(
    desk: SupportDesk, row: Conversation, message: Message
) -> list[tuple[MessageFile, str]]:
    return [
        (file, desk.address("file", row.public_id, file.public_id)) for file in message.files.all()
    ]


def _tools(desk: SupportDesk, row: Conversation) -> dict[str, object]:
    words = ", ".join(tag.word for tag in row.tags.all())
    return {
        "assign_form": AssignForm(
            colleagues(desk.merchant), initial={"to": str(row.assigned_to_id or "")}
        ),
        "tags_form": TagsForm(initial={"tags": words}),
        "replies": saved_replies(desk.merchant) if desk.merchant else (),
    }
