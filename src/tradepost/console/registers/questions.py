"""The operator's support desk: what members of shops ask."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_scopes import scopes_disabled

from tradepost.console.views import OperatorRequest, operator_view
from tradepost.support.desk import pages
from tradepost.support.desk.desk import SupportDesk
from tradepost.support.models import Conversation

Page = Callable[[HttpRequest, SupportDesk, Conversation], HttpResponse]
Methods = Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]


def _address(page: str, *rows: str) -> str:
    called = {"queue": "support", "conversation": "question"}.get(page) or f"question-{page}"
    return reverse(f"console:{called}", args=rows)


def _desk(request: OperatorRequest) -> SupportDesk:
    return SupportDesk(
        user=request.user, merchant=None, may_change=True, sees_orders=False, address=_address
    )


@operator_view
@require_safe
def queue(request: OperatorRequest) -> HttpResponse:
    with scopes_disabled():
        return pages.queue_page(request, _desk(request))


def _of_question(methods: Methods, page: Page) -> Callable[..., HttpResponse]:
    """One page of one question to the operator; what a shop's customers wrote is not there."""

    def view(request: OperatorRequest, question_id: str) -> HttpResponse:
        desk = _desk(request)
        with scopes_disabled():
            return page(request, desk, desk.conversation(question_id))

    return operator_view(methods(view))


question = _of_question(require_safe, pages.conversation_page)
say = _of_question(require_POST, pages.say_page)
state = _of_question(require_POST, pages.state_page)
assign = _of_question(require_POST, pages.assign_page)
tags = _of_question(require_POST, pages.tags_page)


@operator_view
@require_safe
def file(request: OperatorRequest, question_id: str, file_id: str) -> HttpResponse:
    desk = _desk(request)
    with scopes_disabled():
        return pages.file_page(desk, desk.conversation(question_id), file_id)
