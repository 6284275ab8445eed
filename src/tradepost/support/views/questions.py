"""A member asks the operator, from the back office of the shop: the own questions, one of them, a new one."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe
from django_scopes import scopes_disabled

from tradepost.identity.actions.limits import TooMany, spend
from tradepost.identity.network import network_of
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.merchants.types import HOME
from tradepost.support.actions.write import Asker, WordsSaid, hear, open_conversation
from tradepost.support.desk.downloads import download
from tradepost.support.forms import QuestionForm, ThreadForm, arrival_key_of, new_stamp
from tradepost.support.models import Conversation
from tradepost.support.queries import asked_by, file_for_person, messages_for_person
from tradepost.support.types import SupportRefusal, WayIn
from tradepost.ui.paging import page_of

PER_PAGE = 20


@office_view(HOME)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: MerchantRequest) -> HttpResponseBase:
    """What one has asked, and a form for more."""
    form = QuestionForm(request.POST or None, request.FILES or None)
    with scopes_disabled():
        if form.is_valid():
            try:
                spend("message", network=network_of(request), shop=request.merchant)
                row = _open(request, form)
            except (TooMany, SupportRefusal) as refusal:
                form.add_error(None, str(refusal.in_words))
            else:
                return redirect(
                    "support_office:help_thread", request.merchant.handle, row.public_id
                )
        page = page_of(asked_by(request.user, request.merchant), request, PER_PAGE)
        context = {"form": form, "page": page, "stamp": form.data.get("stamp") or new_stamp()}
        status = 422 if form.is_bound else 200
        return render(request, "support/help.html", context, status=status)


def _open(request: MerchantRequest, form: QuestionForm) -> Conversation:
    given, user = form.cleaned_data, request.user
    key = arrival_key_of(request.POST.get("stamp", ""), f"help {request.merchant.pk} {user.pk}")
    return open_conversation(
        merchant=None,
        shop=request.merchant,
        asker=Asker(email=user.email.lower(), name=user.name, language=get_language() or "en"),
        subject=given["subject"],
        said=WordsSaid(text=given["text"], files=given["attached"], arrival_key=key),
        channel=WayIn.PAGE,
    )


@office_view(HOME)
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: MerchantRequest, conversation_id: str) -> HttpResponseBase:
    form = ThreadForm(request.POST or None, request.FILES or None)
    with scopes_disabled():
        row = _own(request, conversation_id)
        if form.is_valid():
            key = arrival_key_of(request.POST.get("stamp", ""), f"matter {row.pk}")
            try:
                hear(
                    conversation=row,
                    said=_said(form, key),
                    confirms=True,
                )
            except SupportRefusal as refusal:
                form.add_error(None, str(refusal.in_words))
            else:
                return redirect(
                    "support_office:help_thread", request.merchant.handle, row.public_id
                )
        shown = messages_for_person(row)
        context = {"conversation": row, "shown": shown, "form": form}
        context["stamp"] = form.data.get("stamp") or new_stamp()
        status = 422 if form.is_bound else 200
        return render(request, "support/help_thread.html", context, status=status)


def _said(form: ThreadForm, key: str) -> WordsSaid:
    given = form.cleaned_data
    return WordsSaid(text=given["text"], files=given["attached"], arrival_key=key)


@office_view(HOME)
@require_safe
def thread_file(request: MerchantRequest, conversation_id: str, file_id: str) -> HttpResponse:
    with scopes_disabled():
        return download(file_for_person(_own(request, conversation_id), file_id))


def _own(request: MerchantRequest, conversation_id: str) -> Conversation:
    """Raises: Http404, for what a colleague asked, too."""
    return Conversation.get_or_404(
        conversation_id, merchant=None, shop=request.merchant, email=request.user.email.lower()
    )
