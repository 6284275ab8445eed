"""The merchant's privacy desk in the back office."""

from datetime import UTC, datetime, time

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from tradepost.audit.queries import entries_of_merchant
from tradepost.audit.types import Actor
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.rights.actions import rights
from tradepost.rights.actions.choose_period import NoChoice, choose_period
from tradepost.rights.actions.erase import held_now
from tradepost.rights.actions.export import UnknownFormat, export
from tradepost.rights.actions.handle_request import carry_out
from tradepost.rights.forms import AnswerForm, PeriodForm, RequestForm
from tradepost.rights.map_view import map_tables
from tradepost.rights.models import RightsRequest
from tradepost.rights.picture.lanes import lanes_of_shop
from tradepost.rights.queries import open_requests
from tradepost.rights.record.words import lines_for_shop
from tradepost.rights.retention import RuleLine, rule_lines
from tradepost.rights.types import CHANGE_PRIVACY, SEE_PRIVACY, Channel, Right
from tradepost.ui.paging import page_of

PAGE = 50


@office_view(SEE_PRIVACY)
@require_safe
def requests(request: MerchantRequest) -> HttpResponse:
    """What waits for an answer, the most urgent first, then what was answered."""
    waiting = list(open_requests())
    answered = page_of(RightsRequest.objects.exclude(done_at=None), request, PAGE)
    rights.note_list_look(
        merchant=request.merchant, by=Actor.user(request.user), shown=[*waiting, *answered]
    )
    context = {"waiting": waiting, "answered": answered}
    return render(request, "rights/desk/requests.html", context)


@office_view(CHANGE_PRIVACY)
@require_http_methods(["GET", "HEAD", "POST"])
def new_request(request: MerchantRequest) -> HttpResponse:
    """Enter a request that arrived outside the portal; its clock started when it arrived."""
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        row = rights.log_request(
            ref=SubjectRef(Subject.CUSTOMER, said["email"], request.merchant.pk),
            right=Right(said["right"]),
            channel=Channel(said["channel"]),
            identity_checked=said["identity_checked"],
            note=said["note"],
            received_at=datetime.combine(said["received_on"], time(12), tzinfo=UTC),
            by=Actor.user(request.user),
        )
        return redirect(
            "rights_office:request", handle=request.merchant.handle, request_id=row.public_id
        )
    return render(request, "rights/desk/new_request.html", {"form": form})


@office_view(CHANGE_PRIVACY)
@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: MerchantRequest, request_id: str) -> HttpResponse:
    """One request: carry it out, once identity was checked."""
    row = RightsRequest.get_or_404(request_id)
    rights.note_request_look(request=row, by=Actor.user(request.user))
    form = AnswerForm(request.POST or None, initial={"identity_checked": row.identity_checked})
    if form.is_valid():
        carry_out(request=row, by=Actor.user(request.user), **form.cleaned_data)
        messages.success(request, _("Answered."))
        return redirect("rights_office:requests", handle=request.merchant.handle)
    context = {
        "row": row,
        "form": form,
        "waits_for": held_now(row.ref).stays if row.begun_at else [],
    }
    return render(request, "rights/desk/request.html", context)


@office_view(CHANGE_PRIVACY)
@require_safe
def request_data(request: MerchantRequest, request_id: str) -> HttpResponse:
    """The person's data as a file, to answer a letter with; the look is recorded."""
    row = RightsRequest.get_or_404(request_id)
    if not row.identity_checked or not row.email:
        raise Http404
    ref = SubjectRef(Subject.CUSTOMER, row.email, request.merchant.pk)
    try:
        name, kind, content = export(ref=ref, form=request.GET.get("form", "json"))
    except UnknownFormat:
        raise Http404 from None
    rights.record_look(
        ref=ref, by=Actor.user(request.user), reason=gettext_noop("answers a request")
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)


@office_view(SEE_PRIVACY)
@require_safe
def data_map(request: MerchantRequest) -> HttpResponse:
    """A picture in words first, field by field below it."""
    context = {"lanes": lanes_of_shop(request.merchant), "tables": map_tables(Subject.CUSTOMER)}
    return render(request, "rights/desk/data_map.html", context)


@office_view(SEE_PRIVACY)
@require_safe
def retention(request: MerchantRequest) -> HttpResponse:
    """Every rule with its last run; the merchant's own choices are made on the next page."""
    lines = rule_lines(request.merchant)
    context = {
        "lines": lines,
        "choices": [(line, _period_form(line)) for line in lines if line.rule.choice],
    }
    return render(request, "rights/desk/retention.html", context)


@office_view(CHANGE_PRIVACY)
@require_http_methods(["POST"])
def choose(request: MerchantRequest) -> HttpResponse:
    rule, days = request.POST.get("rule", ""), request.POST.get("days", "")
    try:
        choose_period(
            merchant=request.merchant, rule_id=rule, days=int(days[:9]), by=Actor.user(request.user)
        )
    except (NoChoice, ValueError):
        messages.error(request, _("That period is not possible; nothing was changed."))
    else:
        messages.success(request, _("Saved. The next retention run goes by it."))
    return redirect("rights_office:retention", handle=request.merchant.handle)


def _period_form(line: RuleLine) -> PeriodForm:
    assert line.rule.choice is not None
    shortest, longest = line.rule.choice
    period = line.rule.period or longest
    return PeriodForm(
        initial={"rule": line.rule.id, "days": period.days},
        shortest=shortest.days,
        longest=longest.days,
        auto_id=f"id_{line.rule.id.replace('.', '-')}_%s",
    )


@office_view(SEE_PRIVACY)
@require_safe
def access_log(request: MerchantRequest) -> HttpResponse:
    """Who of this shop's people saw and did what."""
    page = page_of(entries_of_merchant(request.merchant.pk).order_by("-pk"), request, PAGE)
    context = {"page": page, "lines": lines_for_shop(list(page))}
    return render(request, "rights/desk/access_log.html", context)
