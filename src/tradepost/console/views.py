"""The console of whoever runs this installation: which shops there are, and whether all is well.

No page here shows a merchant's customers, and nothing here writes to merchants: operational mail is
sent by what happens (promise purpose.operational-contact).
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.backups.queries import tries
from tradepost.console.actions.choose_preset import choose_preset
from tradepost.console.forms import DisclosureForm
from tradepost.console.health import signs_of_life
from tradepost.console.presets import PRESETS, UnknownPreset, preset_of
from tradepost.datamap.vocabulary import Kind, Subject
from tradepost.identity.models import User
from tradepost.identity.sign_in.second_factor import has_second_factor
from tradepost.merchants.queries import all_merchants
from tradepost.modules.actions.switch import switch_for_all
from tradepost.modules.switches import UnknownModule, switches_for_all
from tradepost.rights.actions.disclose import disclose_by_law
from tradepost.rights.actions.handle_request import carry_out
from tradepost.rights.actions.rights import note_list_look, note_request_look
from tradepost.rights.forms import AnswerForm
from tradepost.rights.map_view import map_tables
from tradepost.rights.models import RightsRequest
from tradepost.rights.picture.lanes import lanes_of_installation
from tradepost.rights.queries import disclosures_by_law, requests_to_operator
from tradepost.ui.paging import page_of

_A_PAGE = 50


class OperatorRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


def operator_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """First line of every page here: signed in, an operator (else 403), and with a second factor.

    On a demo, whose passwords are printed at each start, the console is open without one.
    """

    @wraps(view)
    @login_required
    def settled(request: OperatorRequest, **kwargs: object) -> HttpResponse:
        if not request.user.is_operator:
            raise PermissionDenied
        if not (has_second_factor(request.user) or settings.TRADEPOST.is_demo):
            return redirect("console:second-factor")
        return view(request, **kwargs)

    return settled


@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why the console is still closed, and the two ways to open it."""
    assert isinstance(request.user, User)
    if not request.user.is_operator:
        raise PermissionDenied
    if has_second_factor(request.user):
        return redirect("console:merchants")
    return render(request, "console/second_factor.html")


@operator_view
def merchants(request: HttpRequest) -> HttpResponse:
    page = page_of(all_merchants(), request, _A_PAGE)
    assert isinstance(request.user, User)
    record(
        actor=Actor.user(request.user),
        action="console.look",
        reason=gettext_noop("to see which shops there are"),
        detail={"shops": len(page)},
    )
    context = {"page": page, "second_factor": has_second_factor(request.user)}
    return render(request, "console/merchants.html", context)


@operator_view
def health(request: HttpRequest) -> HttpResponse:
    return render(request, "console/health.html", {"signs": signs_of_life()})


@operator_view
@require_safe
def backups(request: HttpRequest) -> HttpResponse:
    """Every try of the last weeks, and until when each can be read by anybody."""
    page = page_of(tries(), request, _A_PAGE)
    return render(request, "console/backups.html", {"page": page, "settings": settings.TRADEPOST})


@operator_view
@require_http_methods(["GET", "HEAD", "POST"])
def modules(request: HttpRequest) -> HttpResponse:
    """What no shop of this installation has, whatever it chose."""
    if request.method != "POST":
        return render(request, "console/modules.html", _switches())
    assert isinstance(request.user, User)
    on = bool(request.POST.get("on"))
    try:
        switch_for_all(key=request.POST.get("module", ""), on=on, by=Actor.user(request.user))
    except UnknownModule:
        messages.error(request, _("There is no such module."))
        return render(request, "console/modules.html", _switches(), status=422)
    messages.success(
        request, _("Each shop has what it chose.") if on else _("It is off for all shops.")
    )
    return redirect("console:modules")


def _switches() -> dict[str, object]:
    return {"switches": switches_for_all(), "presets": PRESETS.values()}


@operator_view
@require_POST
def preset(request: HttpRequest) -> HttpResponse:
    """All switches at once, to one kind of service."""
    assert isinstance(request.user, User)
    try:
        chosen = preset_of(request.POST.get("preset", ""))
    except UnknownPreset:
        messages.error(request, _("Choose one of the kinds of service."))
        return render(request, "console/modules.html", _switches(), status=422)
    choose_preset(preset=chosen, by=Actor.user(request.user))
    messages.success(
        request, _("All modules are switched as for: %(service)s.") % {"service": chosen.label}
    )
    return redirect("console:modules")


@operator_view
@require_safe
def data_map(request: HttpRequest) -> HttpResponse:
    """What this installation holds about whom, all shops together: declarations, and nobody's data."""
    sides = [
        (subject, lanes_of_installation(subject), map_tables(subject))
        for subject in (Subject.CUSTOMER, Subject.MEMBER)
    ]
    return render(request, "console/data_map.html", {"sides": sides})


@operator_view
@require_http_methods(["GET", "HEAD", "POST"])
def disclosures(request: HttpRequest) -> HttpResponse:
    """The ledger of what the law made us give out (promise share.legal)."""
    form = DisclosureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        assert isinstance(request.user, User)
        said = form.cleaned_data
        disclose_by_law(
            merchant=said["shop"],
            email=said["email"],
            authority=said["authority"],
            basis=said["basis"],
            kinds=[Kind(kind) for kind in said["kinds"]],
            by=Actor.user(request.user),
        )
        messages.success(request, _("Written down. The person finds it in their portal."))
        return redirect("console:disclosures")
    page = page_of(disclosures_by_law(), request, _A_PAGE)
    return render(request, "console/disclosures.html", {"page": page, "form": form})


@operator_view
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """What account holders ask about their own data; their clocks run here."""
    waiting = list(requests_to_operator())
    assert isinstance(request.user, User)
    note_list_look(merchant=None, by=Actor.user(request.user), shown=waiting)
    return render(request, "console/requests.html", {"waiting": waiting})


@operator_view
@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: HttpRequest, request_id: str) -> HttpResponse:
    with scopes_disabled():
        row = RightsRequest.get_or_404(request_id, merchant=None)
    assert isinstance(request.user, User)
    note_request_look(request=row, by=Actor.user(request.user))
    known = {"identity_checked": row.identity_checked}
    form = AnswerForm(request.POST or None, initial=known)
    if form.is_valid():
        carry_out(request=row, by=Actor.user(request.user), **form.cleaned_data)
        return redirect("console:requests")
    return render(request, "console/request.html", {"row": row, "form": form})
