"""Addresses that are never written to, in the back office."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tradepost.audience.actions.suppressions import NotLiftable, add_suppressions, lift
from tradepost.audience.contacts.exporting import FORMS
from tradepost.audience.forms.suppressions import (
    AddSuppressionsForm,
    FindSuppressionForm,
    LiftForm,
)
from tradepost.audience.models import Contact
from tradepost.audience.suppressions import (
    Read,
    export_lines,
    read_addresses,
    shown,
    suppressed_contacts,
    suppression_of,
    suppressions,
)
from tradepost.audience.types import CHANGE_AUDIENCE, SEE_AUDIENCE
from tradepost.audit.actions import record
from tradepost.audit.models import Entry
from tradepost.audit.sightings import note_sighting
from tradepost.audit.types import Actor
from tradepost.delivery.models import Suppression
from tradepost.delivery.types import SuppressionReason
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.ui.paging import page_of

PER_PAGE = 50


@office_view(SEE_AUDIENCE)
def suppression_list(request: MerchantRequest) -> HttpResponse:
    adding = AddSuppressionsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and _may_change(request) and adding.is_valid():
        read = read_addresses(adding.content())
        if read.addresses:
            _add(request, read, adding.cleaned_data["cause"])
        if not read.without and not read.is_cut and read.addresses:
            return redirect("audience_office:suppressions", request.merchant.handle)
        return render(request, "audience/suppressions.html", _context(request, adding, read))
    return render(request, "audience/suppressions.html", _context(request, adding))


def _may_change(request: MerchantRequest) -> bool:
    if request.membership.may(CHANGE_AUDIENCE):
        return True
    messages.error(request, _("You may look at this list, but not change it."))
    return False


def _add(request: MerchantRequest, read: Read, cause: str) -> None:
    new = add_suppressions(
        merchant=request.merchant,
        addresses=read.addresses,
        cause=SuppressionReason(cause),
        by=Actor.user(request.user),
    )
    known = len(set(read.addresses)) - new
    said = ngettext(
        "%(n)d address is new on the list.", "%(n)d addresses are new on the list.", new
    )
    already = ngettext("%(n)d was on it already.", "%(n)d were on it already.", known)
    messages.success(request, f"{said % {'n': new}} {already % {'n': known} if known else ''}")


def _context(
    request: MerchantRequest, adding: AddSuppressionsForm, read: Read | None = None
) -> dict[str, object]:
    finding = FindSuppressionForm(request.GET)
    asked = finding.cleaned_data if finding.is_valid() else {}
    rows = suppressions(merchant=request.merchant, cause=asked.get("cause", ""))
    page = page_of(rows, request, PER_PAGE)
    found = shown(request.merchant, page.object_list)
    address = asked.get("q", "")
    one = suppression_of(merchant=request.merchant, address=address) if address else None
    look = _record(request, "audience.look_suppressions", shown=len(found))
    named = {row.contact_id for row in (*found, one) if row and row.contact_id}
    note_sighting(look, Contact, map(Contact.pk_of, named))
    return {
        "finding": finding,
        "adding": adding,
        "address": address,
        "one": one,
        "page": page,
        "rows": found,
        "read": read,
        "may_change": request.membership.may(CHANGE_AUDIENCE),
    }


@office_view(CHANGE_AUDIENCE)
@require_POST
def export(request: MerchantRequest) -> HttpResponseBase:
    look = _record(request, "audience.export_suppressions")
    contacts = suppressed_contacts(request.merchant)
    note_sighting(look, Contact, (number for number, _email in contacts.values()))
    # The scope closes when the view returns.
    lines = list(export_lines(request.merchant, contacts))
    answer = StreamingHttpResponse(lines, content_type=FORMS["csv"])
    answer["Content-Disposition"] = 'attachment; filename="suppressed-addresses.csv"'
    return answer


@office_view(CHANGE_AUDIENCE)
@require_POST
def lift_one(request: MerchantRequest) -> HttpResponse:
    contact = Contact.objects.filter(pk=_number(request.POST.get("contact", ""))).first()
    form = LiftForm(request.POST)
    if form.is_valid():
        _lift(request, form, contact)
    else:
        said = [str(text) for errors in form.errors.values() for text in errors]
        messages.error(request, _("Nothing was lifted.") + " " + " ".join(said))
    if contact:
        return redirect("audience_office:contact", request.merchant.handle, contact.public_id)
    return redirect("audience_office:suppressions", request.merchant.handle)


def _number(text: str) -> int:
    try:
        return Contact.pk_of(text)
    except ValueError:
        return 0


def _lift(request: MerchantRequest, form: LiftForm, contact: Contact | None) -> None:
    try:
        lift(
            merchant=request.merchant,
            by=Actor.user(request.user),
            contact=contact,
            **form.cleaned_data,
        )
    except Suppression.DoesNotExist:
        messages.error(request, _("This address is not on your list; somebody may have lifted it."))
    except NotLiftable:
        messages.error(
            request,
            _("Only this person can come back: by filling in an opt-in form and confirming it."),
        )
    else:
        messages.success(request, _("Lifted. The address is written to again."))


@office_view(CHANGE_AUDIENCE)
@require_POST
def suppress_contact(request: MerchantRequest, contact_id: str) -> HttpResponse:
    row = Contact.get_or_404(contact_id)
    if suppression_of(merchant=request.merchant, address=row.email) is None:
        add_suppressions(
            merchant=request.merchant,
            addresses=[row.email],
            cause=SuppressionReason.MANUAL,
            by=Actor.user(request.user),
        )
    messages.success(request, _("Nothing is sent to this address any more."))
    return redirect("audience_office:contact", request.merchant.handle, contact_id)


def _record(request: MerchantRequest, action: str, **detail: int) -> Entry:
    return record(
        actor=Actor.user(request.user),
        action=action,
        merchant_id=request.merchant.pk,
        detail=detail,
    )
