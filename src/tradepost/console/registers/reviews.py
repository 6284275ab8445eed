"""The operators' desk for reading a shop's mail on suspicion of abuse."""

from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_scopes import scopes_disabled

from tradepost.audit.types import Actor
from tradepost.breakglass.desk import pages
from tradepost.breakglass.models import MailReview
from tradepost.console.views import OperatorRequest, operator_view

Page = Callable[[HttpRequest, Actor, MailReview], HttpResponse]
Methods = Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]
_forms = require_http_methods(["GET", "HEAD", "POST"])


@operator_view
@require_safe
def reviews(request: OperatorRequest) -> HttpResponse:
    with scopes_disabled():
        return pages.list_page(request, Actor.user(request.user))


def _ask(request: OperatorRequest) -> HttpResponse:
    with scopes_disabled():
        return pages.ask_page(request, Actor.user(request.user))


def _of_review(methods: Methods, page: Page) -> Callable[..., HttpResponse]:
    def view(request: OperatorRequest, review_id: str) -> HttpResponse:
        with scopes_disabled():
            row = MailReview.get_or_404(review_id)
            return page(request, Actor.user(request.user), row)

    return operator_view(methods(view))


def _confirmed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A form counts only from somebody who typed the password, or used the second factor, in the last
    minutes; everybody else does so first."""
    asked: Callable[..., HttpResponse] = reauthentication_required(allow_get=True)(view)
    return asked


def _agreed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    return require_POST(_confirmed(view))


ask = operator_view(_forms(reauthentication_required(_ask)))  # before the form, which has steps
review = _of_review(require_safe, pages.review_page)
approve = _of_review(_agreed, pages.approve_page)
refuse = _of_review(require_POST, pages.refuse_page)
end = _of_review(require_POST, pages.end_page)


@operator_view
@never_cache
@require_safe
def mail(request: OperatorRequest, review_id: str, kind: str, mail_id: str) -> HttpResponse:
    with scopes_disabled():
        row = MailReview.get_or_404(review_id)
        return pages.mail_page(request, Actor.user(request.user), row, kind, mail_id)
