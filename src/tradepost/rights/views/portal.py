"""The subject portal: no account, a mailed link, a short visit."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tradepost.audit.types import PERSON
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.identity.actions.limits import TooMany, spend
from tradepost.identity.network import network_of
from tradepost.identity.queries import user_by_email
from tradepost.identity.sign_in.second_factor import has_second_factor
from tradepost.merchants.models import Merchant
from tradepost.modules.places import place
from tradepost.rights.actions import rights
from tradepost.rights.actions.erase import held_now, preview
from tradepost.rights.actions.export import UnknownFormat, export
from tradepost.rights.actions.letters import contact_of, sender_name
from tradepost.rights.actions.portal import (
    LINK_LIFE,
    VISIT_LIFE,
    LinkSpent,
    ask_for_link,
    end_visit,
    link_is_good,
    open_visit,
    pass_of_link,
    pass_of_visit,
    subject_of,
    visit_of,
)
from tradepost.rights.consents import consents_of
from tradepost.rights.forms import (
    CorrectionForm,
    EraseForm,
    MessageForm,
    ObjectionForm,
    PortalLinkForm,
)
from tradepost.rights.models import PortalPass
from tradepost.rights.picture.lanes import lanes_of_person
from tradepost.rights.queries import (
    held_about,
    looks_at,
    pending_erasure,
    recipients_of,
    stops_of,
)
from tradepost.rights.record.words import lines_for_person
from tradepost.rights.types import COOKIE, Right

COOKIE_PATH = "/privacy/"


class VisitRequest(HttpRequest):
    """A request inside a running visit."""

    visit: PortalPass
    ref: SubjectRef


def in_visit(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let through whoever holds a running visit; everybody else starts again at the form."""

    @never_cache
    @wraps(view)
    def settled(request: VisitRequest, **kwargs: object) -> HttpResponse:
        visit = visit_of(request.COOKIES.get(COOKIE, ""))
        if visit is None:
            messages.info(request, _("Your visit has ended. Ask for a new link."))
            return redirect(_door_of(pass_of_visit(request.COOKIES.get(COOKIE, ""))))
        request.visit, request.ref = visit, subject_of(visit)
        return view(request, **kwargs)

    return settled


def needs_sign_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Below ``in_visit``, for what changes an account: a mailed link is no way around a second factor.

    Whoever has set one up signs in with it; a person who cannot may still look, and write a message.
    """

    @wraps(view)
    def settled(request: VisitRequest, **kwargs: object) -> HttpResponse:
        if _may_change(request):
            return view(request, **kwargs)
        context = _frame(request.visit.merchant) | {"email": request.ref.email}
        return render(request, "rights/portal/sign_in_first.html", context, status=403)

    return settled


def _may_change(request: VisitRequest) -> bool:
    if request.ref.subject is not Subject.MEMBER:
        return True
    owner = user_by_email(request.ref.email)
    return owner is None or request.user == owner or not has_second_factor(owner)


def _door_of(pass_: PortalPass | None) -> str:
    """Where to ask for a link: at the shop that the link before was about, if it is known."""
    if pass_ is None or pass_.merchant is None:
        return reverse("rights:ask")
    return reverse("rights:ask-merchant", args=[pass_.merchant.handle])


def _frame(merchant: Merchant | None) -> dict[str, object]:
    return {
        "site_name": sender_name(merchant) if merchant else "",
        "sender": sender_name(merchant),
        "contact": contact_of(merchant),
        "minutes": int(LINK_LIFE.total_seconds() // 60),
        "merchant": None,
        "shop_of_portal": merchant,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, handle: str = "") -> HttpResponse:
    """The form for a link. Known or unknown, an address gets the same answer."""
    merchant = get_object_or_404(Merchant, handle=handle) if handle else None
    form = PortalLinkForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            spend("portal link", network=network_of(request), address=email, shop=merchant)
        except TooMany as refusal:
            form.add_error(None, refusal.in_words)
            status = 429
        else:
            ask_for_link(merchant=merchant, email=email, language=get_language() or "en")
            return render(request, "rights/portal/sent.html", _frame(merchant))
    context = _frame(merchant) | {"form": form}
    return render(request, "rights/portal/ask.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: HttpRequest, secret: str) -> HttpResponse:
    """A button, because mail scanners follow links; only pressing it uses the link up."""
    if request.method != "POST":
        return _link_page(request, secret, good=link_is_good(secret))
    try:
        visit, pass_ = open_visit(secret=secret)
    except LinkSpent:
        return _link_page(request, secret, good=False)
    rights.log_answered(
        ref=subject_of(pass_), right=Right.ACCESS, outcome="shown in the portal", by=PERSON
    )
    response = redirect("rights:visit")
    response.set_cookie(
        COOKIE,
        visit,
        path=COOKIE_PATH,
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _link_page(request: HttpRequest, secret: str, *, good: bool) -> HttpResponse:
    pass_ = pass_of_link(secret)
    context = _frame(pass_.merchant if pass_ else None) | {"good": good, "ask_url": _door_of(pass_)}
    return render(request, "rights/portal/open.html", context, status=200 if good else 410)


@in_visit
@require_safe
def visit(request: VisitRequest) -> HttpResponse:
    """Everything held, and everything that can be done about it."""
    ref = request.ref
    stops = stops_of(ref)
    context = _frame(request.visit.merchant) | {
        "email": ref.email,
        "groups": held_about(ref),
        "pending": pending_erasure(ref),
        "waits_for": held_now(ref).stays,
        "looks": lines_for_person(list(looks_at(ref)[:200])),
        "recipients": recipients_of(ref),
        "consents": consents_of(ref),
        "objections": [stop for stop in stops if stop.purpose],
        "restricted": any(not stop.purpose for stop in stops),
        "objection_form": ObjectionForm(),
        "message_form": MessageForm(),
        "statements": place("statements"),
        "held_records": place("held records"),
        "what_happened": place("what happened to my data"),
        "visit_minutes": int(VISIT_LIFE.total_seconds() // 60),
    }
    return render(request, "rights/portal/visit.html", context)


@in_visit
@require_safe
def picture(request: VisitRequest) -> HttpResponse:
    """Only what is held about this person: where it lies, who gets it, when it goes."""
    merchant = request.visit.merchant
    lanes = lanes_of_person(request.ref, held_about(request.ref), merchant)
    context = _frame(merchant) | {"email": request.ref.email, "lanes": lanes}
    return render(request, "rights/portal/picture.html", context)


@in_visit
@require_safe
def download(request: VisitRequest, form: str) -> HttpResponse:
    try:
        name, kind, content = export(ref=request.ref, form=form)
    except UnknownFormat:
        raise Http404 from None
    rights.log_answered(
        ref=request.ref, right=Right.PORTABLE, outcome=f"downloaded as {form}", by=PERSON
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)


@in_visit
@require_http_methods(["GET", "HEAD", "POST"])
@needs_sign_in
def correct(request: VisitRequest) -> HttpResponse:
    """One field of one row. The address names the field, not what it holds: addresses are logged."""
    asked = request.POST or request.GET
    reference, field = asked.get("reference", ""), asked.get("field", "")
    try:
        label, value = rights.value_of(request.ref, reference, field)
    except rights.NotCorrectable:
        raise Http404 from None
    known = {"reference": reference, "field": field, "value": value}
    form = CorrectionForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            rights.rectify(ref=request.ref, by=PERSON, **form.cleaned_data)
        except ValidationError as problem:
            form.add_error("value", problem)
        else:
            messages.success(request, _("Corrected. You get a mail about it."))
            return redirect("rights:visit")
    context = _frame(request.visit.merchant) | {"form": form, "label": label}
    return render(request, "rights/portal/correct.html", context)


@in_visit
@require_POST
@needs_sign_in
def restrict(request: VisitRequest) -> HttpResponse:
    rights.restrict(ref=request.ref, by=PERSON)
    messages.success(request, _("All use of your data is stopped."))
    return redirect("rights:visit")


@in_visit
@require_POST
@needs_sign_in
def lift(request: VisitRequest) -> HttpResponse:
    rights.lift_restriction(ref=request.ref, by=PERSON)
    messages.success(request, _("Your data may be used again."))
    return redirect("rights:visit")


@in_visit
@require_POST
def object_to(request: VisitRequest) -> HttpResponse:
    form = ObjectionForm(request.POST)
    if not form.is_valid():
        raise Http404
    rights.object_to(ref=request.ref, purposes=[form.purpose_chosen()], by=PERSON)
    messages.success(request, _("Your data is no longer used for this."))
    return redirect("rights:visit")


@in_visit
@require_POST
def withdraw(request: VisitRequest) -> HttpResponse:
    rights.withdraw(ref=request.ref, consent=request.POST.get("consent", ""), by=PERSON)
    messages.success(request, _("Your consent is withdrawn."))
    return redirect("rights:visit")


@in_visit
@require_POST
def message(request: VisitRequest) -> HttpResponse:
    """A correction that no field takes: a request with a clock, for the desk."""
    form = MessageForm(request.POST)
    if form.is_valid():
        rights.ask_desk(ref=request.ref, note=form.cleaned_data["note"], by=PERSON)
        messages.success(request, _("Received. You get an answer within one month."))
    else:
        messages.error(request, _("Nothing was sent: please write what should be corrected."))
    return redirect("rights:visit")


@in_visit
@require_http_methods(["GET", "HEAD", "POST"])
@needs_sign_in
def erase(request: VisitRequest) -> HttpResponse:
    """What goes, what stays and why; then, on a clear yes, it happens."""
    frame = _frame(request.visit.merchant)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        erasure = rights.erase_on_request(ref=request.ref, by=PERSON)
        url = erasure.statement and place("statement", erasure.statement)
        shown = {"erasure": erasure, "statement": url}
        response = render(request, "rights/portal/erased.html", frame | shown)
        response.delete_cookie(COOKIE, path=COOKIE_PATH)
        return response
    context = frame | {"form": form, "stays": preview(request.ref)}
    return render(request, "rights/portal/erase.html", context)


@in_visit
@require_POST
def leave(request: VisitRequest) -> HttpResponse:
    end_visit(pass_=request.visit)
    messages.success(request, _("Your visit has ended."))
    response = redirect(_door_of(request.visit))
    response.delete_cookie(COOKIE, path=COOKIE_PATH)
    return response
