"""Contacts in the back office."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tradepost.audience import queries
from tradepost.audience.actions.contacts import change_contact, delete_contact, upsert_contact
from tradepost.audience.actions.labels import WHY
from tradepost.audience.actions.subscribe import subscribe
from tradepost.audience.actions.unsubscribe import unsubscribe
from tradepost.audience.contacts import question_fields
from tradepost.audience.contacts.timeline import timeline
from tradepost.audience.fields.table import said_of
from tradepost.audience.forms.contacts import (
    ContactForm,
    FindContactsForm,
    NewContactForm,
    SubscribeByHandForm,
)
from tradepost.audience.models import Contact, ContactList
from tradepost.audience.segments import among as who_may_be_in
from tradepost.audience.suppressions import suppression_of
from tradepost.audience.types import (
    CHANGE_AUDIENCE,
    OPT_IN_FORMS,
    SEE_AUDIENCE,
    ContactSource,
    InvalidContact,
    PersonUnsubscribed,
)
from tradepost.audience.views.confirming import is_confirmed
from tradepost.audit.actions import record
from tradepost.audit.models import Entry
from tradepost.audit.sightings import note_sighting
from tradepost.audit.types import Actor
from tradepost.datamap.held import HeldRecord
from tradepost.delivery.queries import bounces_of, suppressed_among
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.modules.switches import is_on
from tradepost.rights.queries import standing_of
from tradepost.ui.paging import COUNTED_WORDS, Counting, ListPage, page_of

PER_PAGE = 50
_LEFT = gettext_lazy(
    "This person left that list. Only they can come back, through the opt-in form."
)


@office_view(SEE_AUDIENCE)
def contacts(request: MerchantRequest) -> HttpResponse:
    lists = queries.lists_by_choice(request.merchant)
    segments = queries.segments_by_choice(request.merchant)
    form = FindContactsForm(lists, segments, request.GET)
    filters = form.filters()
    segment = segments.get(filters.get("segment", ""))
    among = who_may_be_in(segment) if segment else None
    found = queries.find_contacts(
        merchant=request.merchant,
        search=filters.get("q", ""),
        contact_list=lists.get(filters.get("list", "")),
        state=filters.get("state", ""),
        segment=segment,
        sort=request.GET.get("sort", ""),
        among=among,
    )
    counting = _counting(request, filters, lists)
    page = page_of(queries.with_lists(found), request, PER_PAGE, counting=counting, among=among)
    _note_list_seen(request, page)
    addresses = [contact.email for contact in page]
    suppressed = suppressed_among(addresses=addresses, merchant_id=request.merchant.pk)
    context = {"page": page, "form": form, "filters": filters, "suppressed": suppressed}
    context["has_forms"] = is_on(OPT_IN_FORMS, request.merchant)
    return render(request, "audience/contacts.html", context)


def _note_list_seen(request: MerchantRequest, page: ListPage[Contact]) -> None:
    look = _record_look(request, "audience.look_list", detail={"shown": len(page)})
    note_sighting(look, Contact, (row.pk for row in page))


def _counting(
    request: MerchantRequest, filters: Mapping[str, str], lists: Mapping[str, ContactList]
) -> Counting:
    """Of contacts that are only narrowed by lists, an index alone is counted."""
    one, state = lists.get(filters.get("list", "")), filters.get("state", "")
    if filters.get("q") or filters.get("segment"):
        return Counting(most=COUNTED_WORDS)
    if not (one or state):
        return Counting()
    return Counting(queries.counted_on_lists(request.merchant, one, state))


@office_view(SEE_AUDIENCE)
def contact(request: MerchantRequest, contact_id: str) -> HttpResponse:
    row = Contact.get_or_404(contact_id)
    _record_look(request, "audience.look", row)
    context = {
        "contact": row,
        "standing": standing_of(merchant_id=request.merchant.pk, email=row.email),
        "said": queries.said_shown(row),
        "answers": queries.answers_shown(row),
        "memberships": row.memberships.select_related("contact_list"),
        "consents": queries.consents_of(row),
        "events": timeline(row),
        "suppressed": suppression_of(merchant=request.merchant, address=row.email),
        "bounces": bounces_of(merchant_id=request.merchant.pk, address=row.email),
        "may_change": request.membership.may(CHANGE_AUDIENCE),
        "subscribe_form": SubscribeByHandForm(queries.lists_by_choice(request.merchant)),
    }
    return render(request, "audience/contact.html", context)


@office_view(CHANGE_AUDIENCE)
def new_contact(request: MerchantRequest) -> HttpResponse:
    asked = list(queries.custom_fields(request.merchant))
    lists = queries.lists_by_choice(request.merchant)
    form = NewContactForm(asked, lists, data=request.POST or None)
    if request.method == "POST" and form.is_valid() and (row := _add(request, form)):
        messages.success(request, _("The contact is kept."))
        return redirect("audience_office:contact", request.merchant.handle, row.public_id)
    return render(request, "audience/new_contact.html", {"form": form})


def _add(request: MerchantRequest, form: NewContactForm) -> Contact | None:
    merchant, by, source = request.merchant, Actor.user(request.user), ContactSource.BY_HAND
    email, answers = form.cleaned_data["email"], form.answers
    try:
        if form.chosen is None:
            return upsert_contact(
                merchant=merchant, by=by, source=source, email=email, fields=answers, **form.said
            )
        return subscribe(
            merchant=merchant,
            by=by,
            source=source,
            contact_list=form.chosen,
            consent_text=form.cleaned_data["consent_text"],
            email=email,
            fields=answers,
            **form.said,
        )
    except InvalidContact as error:
        _show_errors(form, error)
    except PersonUnsubscribed:
        form.add_error("contact_list", str(_LEFT))
    return None


@office_view(CHANGE_AUDIENCE)
def edit_contact(request: MerchantRequest, contact_id: str) -> HttpResponse:
    row = Contact.get_or_404(contact_id)
    asked = list(queries.custom_fields(request.merchant))
    known = {"email": row.email, **said_of(row)}
    form = ContactForm(
        asked, data=request.POST or None, initial=known | question_fields.initial(row.fields)
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_contact(
                contact=row,
                by=Actor.user(request.user),
                email=form.cleaned_data["email"],
                fields=form.answers,
                **form.said,
            )
        except InvalidContact as error:
            _show_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("audience_office:contact", request.merchant.handle, contact_id)
    _record_look(request, "audience.look", row)
    return render(request, "audience/edit_contact.html", {"contact": row, "form": form})


@office_view(CHANGE_AUDIENCE)
@require_POST
def remove_contact(request: MerchantRequest, contact_id: str) -> HttpResponse:
    row = Contact.get_or_404(contact_id)
    if not is_confirmed(request, row.email):
        return redirect("audience_office:contact", request.merchant.handle, contact_id)
    try:
        delete_contact(contact=row, by=Actor.user(request.user))
    except HeldRecord as held:
        messages.error(request, str(held))
        return redirect("audience_office:contact", request.merchant.handle, contact_id)
    messages.success(
        request, _("The contact is deleted. Its consent records stay, without a name.")
    )
    return redirect("audience_office:contacts", request.merchant.handle)


@office_view(CHANGE_AUDIENCE)
@require_POST
def subscribe_contact(request: MerchantRequest, contact_id: str) -> HttpResponse:
    row = Contact.get_or_404(contact_id)
    form = SubscribeByHandForm(queries.lists_by_choice(request.merchant), data=request.POST)
    if not form.is_valid():
        messages.error(request, _("Say which list, and where the consent comes from."))
    else:
        try:
            subscribe(
                merchant=request.merchant,
                email=row.email,
                contact_list=form.chosen,
                consent_text=form.cleaned_data["consent_text"],
                source=ContactSource.BY_HAND,
                by=Actor.user(request.user),
            )
        except PersonUnsubscribed:
            messages.error(request, str(_LEFT))
    return redirect("audience_office:contact", request.merchant.handle, contact_id)


@office_view(CHANGE_AUDIENCE)
@require_POST
def unsubscribe_contact(request: MerchantRequest, contact_id: str) -> HttpResponse:
    row = Contact.get_or_404(contact_id)
    chosen = request.POST.get("list", "")
    unsubscribe(
        contact=row,
        contact_list=ContactList.get_or_404(chosen) if chosen else None,
        how="by staff",
        by=Actor.user(request.user),
    )
    messages.success(request, _("Unsubscribed."))
    return redirect("audience_office:contact", request.merchant.handle, contact_id)


def _show_errors(form: ContactForm, error: InvalidContact) -> None:
    for name, text in error.errors.items():
        field = name if name in form.fields else f"{question_fields.PREFIX}{name}"
        form.add_error(field if field in form.fields else None, text)


def _record_look(
    request: MerchantRequest,
    action: str,
    row: Contact | None = None,
    detail: Mapping[str, object] | None = None,
) -> Entry:
    return record(
        actor=Actor.user(request.user),
        action=action,
        target=row,
        merchant_id=request.merchant.pk,
        reason=WHY.get(action, ""),
        detail=detail,
    )
