"""A shop's holds, and those that a person sees in the portal."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tradepost.audit.types import Actor
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.holds.actions.hold import hold_record, lift_hold
from tradepost.holds.forms import HeldPersonForm, RecordHoldForm
from tradepost.holds.models import RecordHold
from tradepost.holds.queries import holds_of, standing
from tradepost.holds.types import HoldClass
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.rights.actions.portal import subject_of, visit_of
from tradepost.rights.actions.rights import record_look
from tradepost.rights.queries import held_about
from tradepost.rights.record.words import kind_in_words, names_of_rows
from tradepost.rights.types import CHANGE_PRIVACY, COOKIE, SEE_PRIVACY


@office_view(SEE_PRIVACY)
@require_safe
def holds(request: MerchantRequest) -> HttpResponse:
    rows = list(standing().filter(merchant=request.merchant).order_by("until"))
    known = names_of_rows(row.target for row in rows)
    named = [(row, known.get(row.target) or kind_in_words(row.target)) for row in rows]
    return render(request, "holds/list.html", {"rows": named})


@office_view(CHANGE_PRIVACY)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MerchantRequest) -> HttpResponse:
    """First whose record, then which one; the records are shown, so the look is recorded."""
    person = HeldPersonForm(request.POST or None)
    if not person.is_valid():
        return render(request, "holds/new.html", {"person": person})
    ref = SubjectRef(Subject.CUSTOMER, person.cleaned_data["email"], request.merchant.pk)
    by = Actor.user(request.user)
    record_look(ref=ref, by=by, reason=gettext_noop("holds a record"))
    form = RecordHoldForm(_records_of(ref), request.POST if "reference" in request.POST else None)
    if not form.is_valid():
        return render(request, "holds/new.html", {"email": ref.email, "form": form})
    said = form.cleaned_data
    hold_record(ref=ref, by=by, **(said | {"hold_class": HoldClass(said["hold_class"])}))
    messages.success(request, _("It stays until then. The person was told."))
    return redirect("holds_office:list", handle=request.merchant.handle)


def _records_of(ref: SubjectRef) -> list[tuple[str, str]]:
    """Each record by what it is and one value that tells it from the others."""
    found = []
    for group in held_about(ref):
        for number, row in enumerate(group.rows, 1):
            if row.reference:
                shown = next((str(item.value)[:60] for item in row.items if item.value), "")
                found.append((row.reference, f"{row.title} {number} · {shown}"))
    return found


@office_view(CHANGE_PRIVACY)
@require_POST
def lift(request: MerchantRequest, hold_id: str) -> HttpResponse:
    row = RecordHold.get_or_404(hold_id)
    if lift_hold(hold=row, by=Actor.user(request.user)):
        messages.success(request, _("The hold is lifted."))
    return redirect("holds_office:list", handle=request.merchant.handle)


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """In a running visit; everybody else starts at the form."""
    visit = visit_of(request.COOKIES.get(COOKIE, ""))
    if visit is None:
        return redirect("rights:ask")
    return render(request, "holds/mine.html", {"rows": holds_of(subject_of(visit))})
