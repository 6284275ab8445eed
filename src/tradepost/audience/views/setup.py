"""Lists, custom fields and opt-in forms in the back office."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tradepost.audience import queries
from tradepost.audience.actions import setup
from tradepost.audience.forms.public import HONEYPOT, SubscribeForm
from tradepost.audience.forms.setup import CustomFieldForm, ListForm, OptInFormForm
from tradepost.audience.models import ContactList, CustomField, OptInForm
from tradepost.audience.types import CHANGE_AUDIENCE, SEE_AUDIENCE
from tradepost.audience.views.confirming import is_confirmed
from tradepost.audit.types import Actor
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.merchants.models import Merchant


@office_view(SEE_AUDIENCE)
def lists(request: MerchantRequest) -> HttpResponse:
    rows = queries.lists_with_counts(request.merchant)
    return render(request, "audience/lists.html", {"lists": rows})


@office_view(CHANGE_AUDIENCE)
def edit_list(request: MerchantRequest, list_id: str = "") -> HttpResponse:
    row = ContactList.get_or_404(list_id) if list_id else None
    form = ListForm(data=request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            setup.save_list(
                merchant=request.merchant,
                by=Actor.user(request.user),
                contact_list=row,
                **form.cleaned_data,
            )
        except setup.NameTaken:
            form.add_error("name", _("You have a list of this name."))
        else:
            messages.success(request, _("Saved."))
            return redirect("audience_office:lists", request.merchant.handle)
    return render(request, "audience/edit_list.html", {"form": form, "list": row})


@office_view(CHANGE_AUDIENCE)
@require_POST
def remove_list(request: MerchantRequest, list_id: str) -> HttpResponse:
    row = ContactList.get_or_404(list_id)
    if not is_confirmed(request, row.name):
        return redirect("audience_office:list", request.merchant.handle, list_id)
    setup.delete_list(contact_list=row, by=Actor.user(request.user))
    messages.success(request, _("The list is deleted; its contacts stay."))
    return redirect("audience_office:lists", request.merchant.handle)


@office_view(SEE_AUDIENCE)
def custom_fields(request: MerchantRequest) -> HttpResponse:
    rows = queries.custom_fields(request.merchant)
    return render(request, "audience/fields.html", {"fields": rows})


@office_view(CHANGE_AUDIENCE)
def edit_custom_field(request: MerchantRequest, field_id: str = "") -> HttpResponse:
    row = CustomField.get_or_404(field_id) if field_id else None
    form = CustomFieldForm(data=request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        values = {name: given[name] for name in ("label", "key", "kind", "choices")}
        try:
            setup.save_custom_field(
                merchant=request.merchant, by=Actor.user(request.user), question=row, **values
            )
        except setup.NameTaken:
            form.add_error("key", _("You have a field of this name."))
        else:
            messages.success(request, _("Saved."))
            return redirect("audience_office:fields", request.merchant.handle)
    return render(request, "audience/edit_field.html", {"form": form, "field": row})


@office_view(CHANGE_AUDIENCE)
@require_POST
def remove_custom_field(request: MerchantRequest, field_id: str) -> HttpResponse:
    row = CustomField.get_or_404(field_id)
    if not is_confirmed(request, row.label):
        return redirect("audience_office:field", request.merchant.handle, field_id)
    job = setup.delete_custom_field(question=row, by=Actor.user(request.user))
    return redirect("jobs_office:job", request.merchant.handle, job.public_id)


@office_view(SEE_AUDIENCE)
def forms(request: MerchantRequest) -> HttpResponse:
    rows = OptInForm.objects.filter(merchant=request.merchant).select_related("contact_list")
    has_list = ContactList.objects.filter(merchant=request.merchant).exists()
    return render(request, "audience/forms.html", {"forms": rows, "has_list": has_list})


@office_view(CHANGE_AUDIENCE)
def edit_form(request: MerchantRequest, form_id: str = "") -> HttpResponse:
    row = OptInForm.get_or_404(form_id) if form_id else None
    lists = ContactList.objects.filter(merchant=request.merchant)
    if row is None and not lists.exists():
        messages.info(request, _("Make a list first; people join a list by a form."))
        return redirect("audience_office:new_list", request.merchant.handle)
    form = OptInFormForm(
        lists,
        list(queries.custom_fields(request.merchant)),
        data=request.POST or None,
        instance=row,
        initial=None if row else _first_words(request.merchant),
    )
    if request.method == "POST" and form.is_valid():
        saved = setup.save_form(
            merchant=request.merchant, by=Actor.user(request.user), optin=row, **form.values
        )
        messages.success(request, _("Saved."))
        return redirect("audience_office:form", request.merchant.handle, saved.public_id)
    return render(request, "audience/edit_form.html", {"form": form, "optin": row})


def _first_words(merchant: Merchant) -> dict[str, object]:
    """What a new form starts with; the merchant's own words are better."""
    words = _(
        "Yes, %(shop)s may send me news by e-mail, about once a month. I can unsubscribe at any time."
    )
    return {
        "heading": _("News from %(shop)s") % {"shop": merchant.name},
        "consent_text": words % {"shop": merchant.name},
    }


@office_view(SEE_AUDIENCE)
def form_page(request: MerchantRequest, form_id: str) -> HttpResponse:
    row = OptInForm.get_or_404(form_id)
    address = reverse("audience:subscribe", args=[row.public_id])
    url = f"{settings.TRADEPOST.base_url}{address}"
    fields = SubscribeForm(row, queries.questions_of(row), auto_id=f"tp-{row.public_id[:6]}-%s")
    snippet = render_to_string(
        "audience/public/embed.html", {"form": fields, "url": url, "honeypot": HONEYPOT}
    )
    lines = [line for line in snippet.splitlines() if line.strip()]
    context = {"optin": row, "url": url, "snippet": "\n".join(lines)}
    return render(request, "audience/form.html", context)


@office_view(CHANGE_AUDIENCE)
@require_POST
def remove_form(request: MerchantRequest, form_id: str) -> HttpResponse:
    row = OptInForm.get_or_404(form_id)
    if not is_confirmed(request, row.name):
        return redirect("audience_office:form", request.merchant.handle, form_id)
    setup.delete_form(optin=row, by=Actor.user(request.user))
    messages.success(request, _("The form is deleted. Pages that embed it lead nowhere now."))
    return redirect("audience_office:forms", request.merchant.handle)
