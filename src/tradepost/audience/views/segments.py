"""The segment builder."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tradepost.audience.actions.segments import delete_segment, save_segment
from tradepost.audience.actions.setup import NameTaken
from tradepost.audience.models import Segment
from tradepost.audience.segments import (
    InvalidDefinition,
    check,
    condition_kinds,
    definition_queryset,
    explain,
    names_read_once,
)
from tradepost.audience.segments.draft import (
    DraftNode,
    attach_forms,
    change,
    from_definition,
    from_post,
)
from tradepost.audience.segments.evaluate import everybody
from tradepost.audience.types import CHANGE_AUDIENCE, SEE_AUDIENCE
from tradepost.audience.views.confirming import is_confirmed
from tradepost.audit.types import Actor
from tradepost.merchants.access import MerchantRequest, office_view


@dataclass(frozen=True)
class DraftMeaning:
    """What a draft means now: how many and in words, or what is wrong with it."""

    count: int | None = None
    words: str = ""
    error: str = ""


@office_view(SEE_AUDIENCE)
def segments(request: MerchantRequest) -> HttpResponse:
    with names_read_once():
        rows = [
            {"segment": row, "words": explain(request.merchant, row.definition)}
            for row in Segment.objects.filter(merchant=request.merchant)
        ]
    return render(request, "audience/segments.html", {"rows": rows})


@office_view(CHANGE_AUDIENCE)
def edit_segment(request: MerchantRequest, segment_id: str = "") -> HttpResponse:
    row = Segment.get_or_404(segment_id) if segment_id else None
    if request.method != "POST":
        root = from_definition(row.definition if row else everybody())
        return _show(request, row, root, row.name if row else "", judge=False)
    root = from_post(request.POST)
    act, name = request.POST.get("do", ""), request.POST.get("name", "").strip()
    if act != "save":
        return _show(request, row, change(root, act, request.POST), name, judge=False)
    try:
        if not name:
            raise InvalidDefinition(_("The segment needs a name."))  # noqa: TRY301  shown as every other mistake is
        saved = _save(request, row, name, root)
    except (InvalidDefinition, NameTaken) as error:
        text = str(error) or _("You have a segment of this name.")
        messages.error(request, text)
        return _show(request, row, root, name, judge=True)
    messages.success(request, _("Saved."))
    return redirect("audience_office:segment", request.merchant.handle, saved.public_id)


@office_view(SEE_AUDIENCE)
@require_POST
def count_segment(request: MerchantRequest) -> HttpResponse:
    """A fragment for the builder: how many, and in words."""
    outcome = _outcome(request, from_post(request.POST))
    return render(request, "audience/segment_outcome.html", {"outcome": outcome})


@office_view(CHANGE_AUDIENCE)
@require_POST
def remove_segment(request: MerchantRequest, segment_id: str) -> HttpResponse:
    row = Segment.get_or_404(segment_id)
    if not is_confirmed(request, row.name):
        return redirect("audience_office:segment", request.merchant.handle, segment_id)
    delete_segment(segment=row, by=Actor.user(request.user))
    messages.success(request, _("The segment is deleted; its contacts stay."))
    return redirect("audience_office:segments", request.merchant.handle)


def _save(request: MerchantRequest, row: Segment | None, name: str, root: DraftNode) -> Segment:
    return save_segment(
        merchant=request.merchant,
        name=name,
        definition=root.definition(),
        by=Actor.user(request.user),
        segment=row,
    )


def _outcome(request: MerchantRequest, root: DraftNode) -> DraftMeaning:
    try:
        definition = check(request.merchant, root.definition())
    except InvalidDefinition as error:
        return DraftMeaning(error=str(error))
    count = definition_queryset(request.merchant, definition).count()
    return DraftMeaning(count=count, words=explain(request.merchant, definition))


def _show(
    request: MerchantRequest, row: Segment | None, root: DraftNode, name: str, *, judge: bool
) -> HttpResponse:
    context = {
        "segment": row,
        "name": name,
        "outcome": _outcome(request, root),
        "root": attach_forms(root, request.merchant, judge=judge),
        # Our own first, whichever room was imported first.
        "kinds": sorted(
            condition_kinds.values(), key=lambda kind: not kind.id.startswith("audience.")
        ),
    }
    return render(request, "audience/edit_segment.html", context)
