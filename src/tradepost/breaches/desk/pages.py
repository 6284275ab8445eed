"""The pages of a breach desk, the same for a shop and for the operator."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tradepost.breaches.actions.decide import close_incident, decide, note_report
from tradepost.breaches.actions.freeze import start_freezing
from tradepost.breaches.actions.letters import letter_as_sent, send_test, start_letters
from tradepost.breaches.actions.record import (
    assess,
    choose_scope,
    describe,
    note_list_look,
    note_printing,
    record_incident,
)
from tradepost.breaches.desk.desk import BreachDesk
from tradepost.breaches.forms import (
    AssessForm,
    DecideForm,
    FactsForm,
    NewIncidentForm,
    ReportForm,
    ScopeForm,
)
from tradepost.breaches.models import Incident
from tradepost.breaches.queries import (
    FREEZING,
    WRITING,
    affected_in,
    incidents_of,
    job_of,
    parts_of,
    people_counted,
    preview,
    severity,
    waiting_for_letters,
)
from tradepost.breaches.report import report_pdf
from tradepost.breaches.types import (
    AlreadyClosed,
    Component,
    NeedsReason,
    NotFrozen,
    NothingChosen,
    StillOpen,
    Told,
)
from tradepost.identity.actions.limits import TooMany
from tradepost.ui.paging import page_of

A_PAGE = 50


def list_page(request: HttpRequest, desk: BreachDesk) -> HttpResponse:
    rows = [(row, desk.address("incident", row.public_id)) for row in incidents_of(desk.merchant)]
    return desk.show(request, "list", rows=rows)


def new_page(request: HttpRequest, desk: BreachDesk) -> HttpResponse:
    form = NewIncidentForm(request.POST or None)
    if form.is_valid():
        incident = record_incident(merchant=desk.merchant, by=desk.by, **form.cleaned_data)
        messages.success(request, _("Recorded. The clock runs."))
        return desk.back_to(incident)
    return desk.show(request, "new", form=form)


def incident_page(request: HttpRequest, desk: BreachDesk, incident: Incident) -> HttpResponse:
    counted = people_counted(incident)
    return desk.show(
        request,
        "incident",
        incident,
        severity=severity(incident),
        people=sum(counted.values()),
        all_told=bool(incident.letters_at) and not waiting_for_letters(incident).exists(),
        unreachable=counted[Told.NOBODY],
        parts=parts_of(incident),
        jobs=[job for kind in (FREEZING, WRITING) if (job := job_of(incident, kind))],
        late_reporting=incident.is_late,
    )


def facts_page(request: HttpRequest, desk: BreachDesk, incident: Incident) -> HttpResponse:
    form = FactsForm(request.POST or None, instance=incident)
    if form.is_valid():
        said = form.cleaned_data
        carry_out(request, lambda: describe(incident=incident, by=desk.by, **said), _("Saved."))
        return desk.back_to(incident)
    return desk.show(request, "facts", incident, form=form)


def scope_page(request: HttpRequest, desk: BreachDesk, incident: Incident) -> HttpResponse:
    """Saving it shows how many it touches; freezing comes after."""
    form = ScopeForm(incident, request.POST or None)
    if form.is_valid():
        scope = form.scope()
        carry_out(request, lambda: choose_scope(incident=incident, scope=scope, by=desk.by))
        return desk.back_to(incident, "scope")
    people, unnamed = (0, 0) if incident.scope.is_empty else preview(incident)
    return desk.show(request, "scope", incident, form=form, people=people, unnamed=unnamed)


def freeze_page(request: HttpRequest, desk: BreachDesk, incident: Incident) -> HttpResponse:
    said = _("The list is being worked out. It stays as it is from then on.")
    carry_out(request, lambda: start_freezing(incident=incident, by=desk.by), said)
    return desk.back_to(incident)


def people_page(request: HttpRequest, desk: BreachDesk, incident: Incident) -> HttpResponse:
    """The frozen list. Who looks at it is recorded."""
    page = page_of(affected_in(incident), request, A_PAGE)
    note_list_look(incident=incident, by=desk.by, shown=list(page))
    return desk.show(request, "people", incident, page=page)


def severity_page(request: HttpRequest, desk: BreachDesk, incident: Incident) -> HttpResponse:
    form = AssessForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data | {"component": Component(form.cleaned_data["component"])}
        carry_out(request, lambda: assess(incident=incident, by=desk.by, **said), _("Saved."))
        return desk.back_to(incident, "severity")
    return desk.show(request, "severity", incident, form=form, severity=severity(incident))


def letter_page(request: HttpRequest, desk: BreachDesk, incident: Incident) -> HttpResponse:
    subject, text = letter_as_sent(incident)
    counted = people_counted(incident)
    waiting = waiting_for_letters(incident).count()
    told = counted[Told.YES] + counted[Told.DRILL]
    return desk.show(
        request, "letter", incident, subject=subject, text=text, waiting=waiting, told=told
    )


def send_test_page(request: HttpRequest, desk: BreachDesk, incident: Incident) -> HttpResponse:
    said = _("A test letter is on its way to %s.") % desk.email
    carry_out(request, lambda: send_test(incident=incident, to=desk.email), said)
    return desk.back_to(incident, "letter")


def send_page(request: HttpRequest, desk: BreachDesk, incident: Incident) -> HttpResponse:
    said = _("The letters are being written. Each person gets one, however often you press.")
    carry_out(request, lambda: start_letters(incident=incident, by=desk.by), said)
    return desk.back_to(incident)


def report_page(_request: HttpRequest, desk: BreachDesk, incident: Incident) -> HttpResponse:
    note_printing(incident=incident, by=desk.by)
    headers = {"Content-Disposition": f'attachment; filename="incident-{incident.public_id}.pdf"'}
    return HttpResponse(report_pdf(incident), content_type="application/pdf", headers=headers)


def authority_page(request: HttpRequest, desk: BreachDesk, incident: Incident) -> HttpResponse:
    form = ReportForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            note_report(incident=incident, by=desk.by, **said)
        except NeedsReason:
            form.add_error("late_because", _("The time was over by then: please say why."))
        except AlreadyClosed:
            messages.error(request, _("The incident is closed; nothing was changed."))
            return desk.back_to(incident)
        else:
            return desk.back_to(incident)
    return desk.show(request, "authority", incident, form=form)


def decide_page(request: HttpRequest, desk: BreachDesk, incident: Incident) -> HttpResponse:
    known = {
        "no_report": incident.not_reported_because,
        "no_letters": incident.not_written_because,
    }
    form = DecideForm(request.POST or None, initial=known)
    if form.is_valid():
        said = form.cleaned_data
        carry_out(request, lambda: decide(incident=incident, by=desk.by, **said), _("Saved."))
        return desk.back_to(incident)
    return desk.show(request, "decide", incident, form=form, severity=severity(incident))


def close_page(request: HttpRequest, desk: BreachDesk, incident: Incident) -> HttpResponse:
    carry_out(request, lambda: close_incident(incident=incident, by=desk.by), _("Closed."))
    return desk.back_to(incident)


def carry_out(request: HttpRequest, act: Callable[[], object], said: str = "") -> None:
    """A refusal becomes a message on the page to which the desk returns."""
    refusals = {
        AlreadyClosed: _("The incident is closed; nothing was changed."),
        NothingChosen: _("Say first what was reached."),
        NotFrozen: _("Freeze the list first, and write the words to those affected."),
        StillOpen: _(
            "It cannot be closed yet: the authority and those affected have been told, or it is written down why not."
        ),
    }
    try:
        act()
    except TooMany as refusal:
        messages.error(request, refusal.in_words)
    except tuple(refusals) as refusal:
        messages.error(request, refusals[type(refusal)])
    else:
        if said:
            messages.success(request, said)
