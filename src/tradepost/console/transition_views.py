"""The operator announces that the installation goes to somebody else."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tradepost.audit.types import Actor
from tradepost.console.views import OperatorRequest, operator_view
from tradepost.notice.actions.transition import withdraw_transition
from tradepost.notice.forms import TransitionForm, announced_by_form
from tradepost.notice.transitions.reading import open_transition, transition_context


@operator_view
@require_http_methods(["GET", "HEAD", "POST"])
def transition(request: OperatorRequest) -> HttpResponse:
    form = TransitionForm(request.POST or None)
    if request.method == "POST" and announced_by_form(
        form, merchant=None, by=Actor.user(request.user)
    ):
        messages.success(request, _("The change of owner is announced."))
        return redirect("console:transition")
    context = {"form": form, "may_change": True, **transition_context(None)}
    return render(request, "console/transition.html", context, status=422 if form.errors else 200)


@operator_view
@require_POST
def withdraw(request: OperatorRequest) -> HttpResponse:
    row = open_transition(None)
    if row and withdraw_transition(transition=row, by=Actor.user(request.user)):
        messages.success(request, _("The announcement is taken back."))
    return redirect("console:transition")
