"""The front page of the installation, the choice of a shop, and a shop's start page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tradepost.assurance.proof import build_ledger
from tradepost.audit.types import Actor
from tradepost.backoffice.today import today
from tradepost.identity.models import User
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.merchants.queries import memberships_of
from tradepost.merchants.types import HOME
from tradepost.orders.actions.record_view import note_look

# Short ones that a shopkeeper and a customer both understand at first sight.
SHOWN_PROMISES = (
    "share.no-sale",
    "choice.unsubscribe-everywhere",
    "access.recorded",
    "collect.no-cards",
    "right.portable",
)


def front_page(request: HttpRequest) -> HttpResponse:
    ledger = build_ledger(*SHOWN_PROMISES)
    return render(request, "backoffice/front_page.html", {"ledger": ledger})


@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Straight into the only shop; a choice between several; what to do when there is none."""
    assert isinstance(request.user, User)
    memberships = list(memberships_of(request.user))
    if len(memberships) == 1:
        return redirect("backoffice_office:home", memberships[0].merchant.handle)
    if not memberships and request.user.is_operator:
        return redirect("console:overview")
    return render(request, "backoffice/choose.html", {"memberships": memberships})


@office_view(HOME)
def home(request: MerchantRequest) -> HttpResponse:
    shown = today(request.membership)
    note_look(
        merchant=request.merchant,
        by=Actor.user(request.user),
        what="list",
        shown=shown.get("waiting", ()),
    )
    return render(request, "backoffice/home.html", shown)
