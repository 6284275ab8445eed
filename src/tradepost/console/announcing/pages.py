"""Announcements of the operator to all shops: written, looked at, sent, taken back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tradepost.audit.types import Actor
from tradepost.bulletins.actions.announce import (
    send_bulletin,
    withdraw_bulletin,
    write_bulletin,
)
from tradepost.bulletins.forms import BulletinForm
from tradepost.bulletins.models import Bulletin
from tradepost.bulletins.queries import all_bulletins
from tradepost.bulletins.types import NotADraft
from tradepost.console.views import OperatorRequest, operator_view
from tradepost.ui.paging import page_of

_A_PAGE = 50


@operator_view
@require_safe
def bulletins(request: OperatorRequest) -> HttpResponse:
    return render(
        request, "console/bulletins.html", {"page": page_of(all_bulletins(), request, _A_PAGE)}
    )


@operator_view
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: OperatorRequest) -> HttpResponse:
    form = BulletinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = write_bulletin(by=Actor.user(request.user), **form.cleaned_data)
        return redirect("console:bulletin", row.public_id)
    status = 422 if form.errors else 200
    return render(request, "console/bulletin_form.html", {"form": form}, status=status)


@operator_view
@require_http_methods(["GET", "HEAD", "POST"])
def bulletin(request: OperatorRequest, bulletin_id: str) -> HttpResponse:
    """As it will be read; a draft can be changed below."""
    row: Bulletin = Bulletin.get_or_404(bulletin_id)
    known = {"kind": row.kind, "title": row.title, "words": row.words}
    form = BulletinForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            write_bulletin(bulletin=row, by=Actor.user(request.user), **form.cleaned_data)
        except NotADraft:
            messages.error(request, _("It has gone out meanwhile, and is not changed any more."))
        return redirect("console:bulletin", row.public_id)
    context = {"row": row, "form": form}
    return render(request, "console/bulletin.html", context, status=422 if form.errors else 200)


@operator_view
@require_POST
def send(request: OperatorRequest, bulletin_id: str) -> HttpResponse:
    row: Bulletin = Bulletin.get_or_404(bulletin_id)
    if send_bulletin(bulletin=row, by=Actor.user(request.user)):
        messages.success(request, _("It goes out to all shops now; their offices show it already."))
    else:
        messages.info(request, _("It went out before."))
    return redirect("console:bulletin", row.public_id)


@operator_view
@require_POST
def withdraw(request: OperatorRequest, bulletin_id: str) -> HttpResponse:
    row: Bulletin = Bulletin.get_or_404(bulletin_id)
    if withdraw_bulletin(bulletin=row, by=Actor.user(request.user)):
        messages.success(request, _("It is taken back; mail that left, left."))
    return redirect("console:bulletin", row.public_id)
