"""Imports and exports in the back office."""

import csv
from collections.abc import Iterator

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradepost.audience import files, queries
from tradepost.audience.actions import imports
from tradepost.audience.actions.exports import start_export
from tradepost.audience.contacts.exporting import FORMS
from tradepost.audience.forms.imports import MappingForm, UploadForm
from tradepost.audience.imports.history import summary
from tradepost.audience.imports.preview import charset_choices, preview
from tradepost.audience.imports.reading import UnreadableFile
from tradepost.audience.imports.stored import sample, statuses_to_ask
from tradepost.audience.models import ContactExport, Import
from tradepost.audience.types import CHANGE_AUDIENCE
from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.jobs.runner import cancel_job
from tradepost.lib.cells import safe_cell
from tradepost.merchants.access import MerchantRequest, office_view


@office_view(CHANGE_AUDIENCE)
def import_list(request: MerchantRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = imports.upload(
                merchant=request.merchant,
                upload=form.cleaned_data["file"],
                by=Actor.user(request.user),
            )
        except UnreadableFile as error:
            form.add_error("file", str(error))
        else:
            return redirect("audience_office:import", request.merchant.handle, run.public_id)
    runs = Import.objects.filter(merchant=request.merchant)[:20]
    return render(request, "audience/imports.html", {"form": form, "runs": runs})


@office_view(CHANGE_AUDIENCE)
def import_columns(request: MerchantRequest, import_id: str) -> HttpResponse:
    run = _open_or_404(import_id)
    form = _mapping_form(request, run)
    if request.method == "POST" and form.is_bound and form.is_valid():
        try:
            imports.settle(run=run, by=Actor.user(request.user), **form.values)
        except imports.ImportNotReady:
            messages.error(request, _("This import was started before."))
        return redirect("audience_office:import", request.merchant.handle, import_id)
    _record_look(request, run)
    charset = str(form["charset"].value()) if "charset" in form.fields else run.charset
    rows = [row for _number, row in sample(run, charset=charset)]
    context = {"run": run, "form": form, "sample": rows}
    return render(request, "audience/import_columns.html", context)


@office_view(CHANGE_AUDIENCE)
def import_page(request: MerchantRequest, import_id: str) -> HttpResponse:
    run = queries.import_or_404(import_id)
    context: dict[str, object] = {"run": run, "job": run.job, "problems": run.problems.all()[:20]}
    context["kept_out"] = summary(run.kept_out)
    if run.state == Import.State.READY and run.stored_as:
        context["preview"] = preview(run)
    if run.job and not run.job.is_over:
        where = reverse("audience_office:cancel_import", args=[request.merchant.handle, import_id])
        context |= {"is_live": True, "cancel_url": where}
    if request.headers.get("HX-Request") == "true":
        return render(request, "audience/import_live.html", context)
    if run.state == Import.State.UPLOADED and run.stored_as:
        return redirect("audience_office:import_columns", request.merchant.handle, import_id)
    _record_look(request, run)
    return render(request, "audience/import.html", context)


@office_view(CHANGE_AUDIENCE)
@require_POST
def start_import(request: MerchantRequest, import_id: str) -> HttpResponse:
    try:
        imports.start(run=queries.import_or_404(import_id), by=Actor.user(request.user))
    except imports.ImportNotReady:
        messages.error(request, _("This import cannot be started now."))
    return redirect("audience_office:import", request.merchant.handle, import_id)


@office_view(CHANGE_AUDIENCE)
@require_POST
def cancel_import(request: MerchantRequest, import_id: str) -> HttpResponse:
    run = queries.import_or_404(import_id)
    if run.job:
        cancel_job(run.job)
    return redirect("audience_office:import", request.merchant.handle, import_id)


@office_view(CHANGE_AUDIENCE)
def import_problems(request: MerchantRequest, import_id: str) -> HttpResponseBase:
    """The refused rows with their reasons, as a file to mend and upload again."""
    run = queries.import_or_404(import_id)
    _record_look(request, run)
    head = [_("row"), _("reason"), *run.header]
    rows = [[str(one.line), one.reason, *map(str, one.row)] for one in run.problems.all()]
    answer = StreamingHttpResponse(_csv_lines([head, *rows]), content_type=FORMS["csv"])
    answer["Content-Disposition"] = 'attachment; filename="refused-rows.csv"'
    return answer


@office_view(CHANGE_AUDIENCE)
@require_POST
def export_contacts(request: MerchantRequest) -> HttpResponse:
    form = request.POST.get("form", "csv")
    job = start_export(
        merchant=request.merchant,
        form=form if form in FORMS else "csv",
        by=Actor.user(request.user),
        contact_list=queries.lists_by_choice(request.merchant).get(request.POST.get("list", "")),
        state=request.POST.get("state", ""),
        segment=queries.segments_by_choice(request.merchant).get(request.POST.get("segment", "")),
    )
    return redirect("jobs_office:job", request.merchant.handle, job.public_id)


@office_view(CHANGE_AUDIENCE)
def export_file(request: MerchantRequest, export_id: str) -> HttpResponseBase:
    row = ContactExport.get_or_404(export_id)
    if not row.stored_as:
        raise Http404
    record(
        actor=Actor.user(request.user),
        action="audience.download_export",
        target=row,
        merchant_id=request.merchant.pk,
        reason=gettext_noop("to take contacts along in a file"),
        detail={"rows": row.rows},
    )
    stream = files.opened(files.EXPORTS, row.stored_as)
    name = f"contacts.{row.form}"
    return FileResponse(stream, as_attachment=True, filename=name, content_type=FORMS[row.form])


def _mapping_form(request: MerchantRequest, run: Import) -> MappingForm:
    """With what only this file makes necessary: how it is written, and words for a status."""
    is_look = "look" in request.POST
    mapping = {
        name.removeprefix("column_"): target
        for name, target in request.POST.items()
        if isinstance(target, str) and name.startswith("column_") and target
    }
    return MappingForm(
        run,
        list(queries.custom_fields(request.merchant)),
        queries.lists_by_choice(request.merchant),
        unknown_words=statuses_to_ask(run, mapping or run.mapping, {}),
        charsets=charset_choices(run),
        data=request.POST if request.POST and not is_look else None,
        initial=queries.import_start(run) | (request.POST.dict() if is_look else {}),
    )


class _Echo:
    """Gives back what ``csv`` writes, line by line."""

    def write(self, line: str) -> str:
        return line


def _csv_lines(rows: list[list[str]]) -> Iterator[str]:
    out = csv.writer(_Echo())
    yield "\ufeff"
    for row in rows:
        yield out.writerow([safe_cell(cell) for cell in row])


def _open_or_404(import_id: str) -> Import:
    """An import whose columns may still be changed."""
    run = queries.import_or_404(import_id)
    if not run.stored_as or run.state not in {Import.State.UPLOADED, Import.State.READY}:
        raise Http404
    return run


def _record_look(request: MerchantRequest, run: Import) -> None:
    record(
        actor=Actor.user(request.user),
        action="audience.look_import",
        target=run,
        merchant_id=request.merchant.pk,
        reason=gettext_noop("to look through an import"),
    )
