"""The console of whoever runs this installation: which shops there are, and whether all is well.

No page here shows a merchant's customers, and nothing here writes to merchants: operational mail is
sent by what happens (promise purpose.operational-contact).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tradepost.audit.actions import record
from tradepost.identity.models import User
from tradepost.merchants.queries import all_merchants
from tradepost.operator.health import signs_of_life

_A_PAGE = 50


def operator_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """First line of every page here: signed in and an operator, else 403."""

    @wraps(view)
    @login_required
    def settled(request: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_operator:
            raise PermissionDenied
        return view(request, **kwargs)

    return settled


@operator_view
def merchants(request: HttpRequest) -> HttpResponse:
    page = Paginator(all_merchants(), _A_PAGE).get_page(request.GET.get("page"))
    assert isinstance(request.user, User)
    record(actor=request.user, action="operator.look", detail={"shops": len(page)})
    context = {"page": page, "second_factor": is_mfa_enabled(request.user)}
    return render(request, "operator/merchants.html", context)


@operator_view
def health(request: HttpRequest) -> HttpResponse:
    return render(request, "operator/health.html", {"signs": signs_of_life()})
