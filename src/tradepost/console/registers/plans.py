"""The operator's plans, and the shops that are on them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tradepost.audit.types import Actor
from tradepost.billing.desk import pages
from tradepost.billing.models import BillingPlan
from tradepost.console.views import OperatorRequest, operator_view

Page = Callable[[HttpRequest, Actor, BillingPlan], HttpResponse]
Methods = Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]
_forms = require_http_methods(["GET", "HEAD", "POST"])


@operator_view
@require_safe
def plans(request: OperatorRequest) -> HttpResponse:
    return pages.list_page(request)


@operator_view
@_forms
def new(request: OperatorRequest) -> HttpResponse:
    return pages.new_page(request, Actor.user(request.user))


@operator_view
@_forms
def free(request: OperatorRequest) -> HttpResponse:
    return pages.free_page(request, Actor.user(request.user))


@operator_view
@require_safe
def plan(request: OperatorRequest, plan_id: str) -> HttpResponse:
    return pages.plan_page(request, pages.plan_or_404(plan_id))


def _of_plan(methods: Methods, page: Page) -> Callable[..., HttpResponse]:
    def view(request: OperatorRequest, plan_id: str) -> HttpResponse:
        return page(request, Actor.user(request.user), pages.plan_or_404(plan_id))

    return operator_view(methods(view))


change = _of_plan(_forms, pages.change_page)
price = _of_plan(require_POST, pages.price_page)
close = _of_plan(require_POST, pages.close_page)


@operator_view
@require_safe
def subscriptions(request: OperatorRequest) -> HttpResponse:
    return pages.subscriptions_page(request)
