"""Pages that anybody may open: the opt-in form, confirming, a person's preferences.

None of them uses a session or a cookie. They are exempt from the CSRF check because they act on
nothing but what the address itself carries: the form is meant to be posted from other sites, and
the tokens in the other addresses are secrets that only the mail holds.
"""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from django_scopes import scope

from tradepost.audience import links, queries
from tradepost.audience.actions.confirm import confirm
from tradepost.audience.actions.preferences import settle_preferences
from tradepost.audience.actions.subscribe import ask_to_subscribe
from tradepost.audience.actions.unsubscribe import unsubscribe
from tradepost.audience.contacts import question_fields
from tradepost.audience.fields.forms import said_in
from tradepost.audience.fields.table import LANGUAGE
from tradepost.audience.forms.public import HONEYPOT, PreferencesForm, SubscribeForm, opened_now
from tradepost.audience.models import OptInForm
from tradepost.audience.types import ContactSource, NotConfirmable
from tradepost.audit.types import PERSON
from tradepost.identity.actions.limits import TooMany, spend
from tradepost.identity.network import network_of
from tradepost.modules.switches import refuse_if_off


@csrf_exempt
@require_http_methods(["GET", "POST"])
def subscribe_page(request: HttpRequest, form_id: str) -> HttpResponse:
    optin = queries.open_form_or_404(form_id)
    refuse_if_off(request, optin.merchant)
    with scope(merchant=optin.merchant):
        asked = queries.questions_of(optin)
        form = SubscribeForm(optin, asked, request.POST or None)
        if request.method != "POST" or not form.is_valid():
            return _show_form(request, optin, form)
        if not form.is_machine():
            network, email = network_of(request), form.cleaned_data["email"]
            try:
                spend("opt-in", network=network, address=email, shop=optin.merchant)
            except TooMany as refusal:
                form.add_error(None, refusal.in_words)
                return _show_form(request, optin, form, status=429)
            _ask(optin, form, network, _where(request))
    return redirect("audience:sent", form_id=form_id)


def _show_form(
    request: HttpRequest, optin: OptInForm, form: SubscribeForm, *, status: int = 422
) -> HttpResponse:
    context = {
        "optin": optin,
        "form": form,
        "honeypot": HONEYPOT,
        # Shown again after a slip, it has been open since the first time.
        "opened": form.data.get("opened") or opened_now(),
        "site_name": optin.merchant.name,
    }
    shown = status if form.is_bound else 200
    return render(request, "audience/public/subscribe.html", context, status=shown)


def _where(request: HttpRequest) -> str:
    """The form, and the site it was pasted into as far as the browser says so: part of the evidence.

    Without the query, which may hold the address: the evidence stays when the person is erased.
    """
    path, origin = request.path, request.headers.get("Origin", "")
    if origin in {"", "null"} or urlsplit(origin).netloc == request.get_host():
        return path
    return f"{path} ({urlsplit(origin).netloc})"


def _ask(optin: OptInForm, form: SubscribeForm, network: str, where: str) -> None:
    given = form.cleaned_data
    ask_to_subscribe(
        merchant=optin.merchant,
        email=given["email"],
        contact_list=optin.contact_list,
        wording=optin.wording,
        tracking_wording=optin.tracking_wording if given.get("tracking") else None,
        fields=question_fields.answers(given),
        source=ContactSource.FORM,
        where=where,
        network=network,
        **{LANGUAGE.name: optin.merchant.language} | said_in(form),
    )


@require_http_methods(["GET"])
def sent(request: HttpRequest, form_id: str) -> HttpResponse:
    """The same for new, known, subscribed and suppressed addresses, and for machines."""
    optin = queries.open_form_or_404(form_id)
    refuse_if_off(request, optin.merchant)
    context = {"optin": optin, "site_name": optin.merchant.name}
    return render(request, "audience/public/sent.html", context)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """GET only asks: mail scanners follow links, they press no buttons."""
    pending = links.pending_of(token)
    if pending is None:
        return render(request, "audience/public/not_confirmable.html", status=404)
    with scope(merchant=pending.merchant):
        context = {"pending": pending, "site_name": pending.merchant.name}
        if request.method != "POST":
            context["answers"] = queries.answers_shown(pending)
            return render(request, "audience/public/confirm.html", context)
        try:
            contact = confirm(pending=pending, network=network_of(request))
        except NotConfirmable:
            return render(request, "audience/public/not_confirmable.html", status=404)
        context["text"] = queries.success_text(pending.contact_list)
        context["preferences_url"] = links.preferences_url(contact.pk)
        return render(request, "audience/public/confirmed.html", context)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    contact = links.contact_of(token)
    if contact is None:
        return render(request, "audience/public/nobody.html")
    with scope(merchant=contact.merchant):
        lists = queries.lists_for(contact)
        form = PreferencesForm(
            contact, lists, data=request.POST or None, initial=queries.preferences_of(contact)
        )
        saved = request.method == "POST" and form.is_valid()
        if saved and "leave" in request.POST:
            unsubscribe(contact=contact, how="preference page", by=PERSON)
        elif saved:
            _settle(contact_form=form, network=network_of(request))
        if saved:
            form = PreferencesForm(contact, lists, initial=queries.preferences_of(contact))
        context = {
            "contact": contact,
            "form": form,
            "saved": saved,
            "site_name": contact.merchant.name,
            "page_title": _("Your choices"),
        }
        return render(request, "audience/public/preferences.html", context)


def _settle(contact_form: PreferencesForm, network: str) -> None:
    given, contact = contact_form.cleaned_data, contact_form.contact
    lists = queries.lists_for(contact)
    settle_preferences(
        contact=contact,
        offered=lists,
        chosen={one.pk for one in lists if one.public_id in given["lists"]},
        tracking=given["tracking"],
        network=network,
        **said_in(contact_form),
    )
