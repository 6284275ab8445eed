"""What the person sees: the form by which anybody writes to a shop, and the page of the own matter.

Neither asks who somebody is, sets a cookie or needs a script. The unguessable address of the matter, which only the
mail holds, is its key; so the forms need no CSRF token, whose cookie a visitor may refuse.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from django_scopes import scope, scopes_disabled

from tradepost.identity.actions.limits import TooMany, spend
from tradepost.identity.network import network_of
from tradepost.merchants.access import open_shop_or_404
from tradepost.merchants.appearance import look_of
from tradepost.merchants.languages import asked_language, languages_of, shop_language
from tradepost.merchants.models import Merchant
from tradepost.modules.switches import refuse_if_off
from tradepost.support.actions.write import Asker, WordsSaid, hear, open_conversation
from tradepost.support.desk.downloads import download
from tradepost.support.forms import HONEYPOT, ThreadForm, WriteToShopForm, arrival_key_of, new_stamp
from tradepost.support.models import Conversation
from tradepost.support.queries import by_token, file_for_person, messages_for_person
from tradepost.support.types import SupportRefusal, WayIn

ShopPage = Callable[Concatenate[HttpRequest, Merchant, ...], HttpResponseBase]
ThreadPage = Callable[Concatenate[HttpRequest, Conversation, ...], HttpResponseBase]


def shop_page(view: ShopPage) -> Callable[..., HttpResponseBase]:
    """Settles which shop, its module, its language and its rows."""

    @csrf_exempt
    @never_cache
    @wraps(view)
    def settled(request: HttpRequest, handle: str) -> HttpResponseBase:
        merchant = open_shop_or_404(request, handle)
        refuse_if_off(request, merchant)
        language = shop_language(merchant, asked_language(request, form=True))
        with scope(merchant=merchant), translation.override(language):
            return view(request, merchant)

    return settled


def thread_page(view: ThreadPage) -> Callable[..., HttpResponseBase]:
    """Settles access: the token is known. Keeps the address out of referrers, caches, indexes."""

    @csrf_exempt
    @never_cache
    @wraps(view)
    def settled(request: HttpRequest, token: str, **kwargs: str) -> HttpResponseBase:
        with scopes_disabled():
            row = by_token(token)
        if row is None or row.house.is_closed:
            answer: HttpResponseBase = render(request, "support/unknown.html", status=404)
        else:
            refuse_if_off(request, row.house)
            language = asked_language(request, form=True) or row.language
            here = timezone.override(row.house.time_zone)
            with scope(merchant=row.house), here, translation.override(language):
                answer = view(request, row, **kwargs)
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return settled


@shop_page
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, merchant: Merchant) -> HttpResponseBase:
    form = WriteToShopForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return _contact_form(request, merchant, form, 422 if form.is_bound else 200)
    if not form.is_machine():
        email, network = form.cleaned_data["email"], network_of(request)
        try:
            spend("message", network=network, address=email, shop=merchant)
        except TooMany as refusal:
            form.add_error(None, refusal.in_words)
            return _contact_form(request, merchant, form, 429)
        _open(request, merchant, form)
    return redirect("support:sent", merchant.handle)


def _open(request: HttpRequest, merchant: Merchant, form: WriteToShopForm) -> None:
    given = form.cleaned_data
    stamp = arrival_key_of(request.POST.get("stamp", ""), f"shop {merchant.pk}")
    open_conversation(
        merchant=merchant,
        asker=Asker(
            email=given["email"], name=given["name"], language=translation.get_language() or "en"
        ),
        subject=given["subject"],
        said=WordsSaid(text=given["text"], files=given["attached"], arrival_key=stamp),
        channel=WayIn.PAGE,
    )


def _contact_form(
    request: HttpRequest, merchant: Merchant, form: WriteToShopForm, status: int
) -> HttpResponseBase:
    context = {
        "form": form,
        "honeypot": HONEYPOT,
        "stamp": form.data.get("stamp") or new_stamp(),
        "asked_language": asked_language(request, form=True),
    }
    return _shown(request, merchant, "contact", context, status)


@shop_page
@require_safe
def sent(request: HttpRequest, merchant: Merchant) -> HttpResponseBase:
    """The same for everybody; the way to the matter stands in the mail alone."""
    return _shown(request, merchant, "sent", {})


@require_http_methods(["GET", "HEAD", "POST"])
@thread_page
def thread(request: HttpRequest, conversation: Conversation) -> HttpResponseBase:
    form = ThreadForm(request.POST or None, request.FILES or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        key = arrival_key_of(request.POST.get("stamp", ""), f"matter {conversation.pk}")
        given = form.cleaned_data
        said = WordsSaid(text=given["text"], files=given["attached"], arrival_key=key)
        try:
            spend("message", network=network_of(request), shop=conversation.merchant)
            hear(conversation=conversation, said=said, confirms=True)
        except TooMany as refusal:
            form.add_error(None, refusal.in_words)
            status = 429
        except SupportRefusal as refusal:
            form.add_error(None, str(refusal.in_words))
        else:
            return redirect("support:thread", conversation.token)
    return _thread(request, conversation, form, status)


def _thread(
    request: HttpRequest, conversation: Conversation, form: ThreadForm, status: int
) -> HttpResponseBase:
    context = {
        "conversation": conversation,
        "messages_shown": messages_for_person(conversation),
        "form": form,
        "stamp": form.data.get("stamp") or new_stamp(),
    }
    return _shown(request, conversation.house, "thread", context, status)


@require_safe
@thread_page
def thread_file(request: HttpRequest, conversation: Conversation, file_id: str) -> HttpResponse:
    """Raises: Http404."""
    return download(file_for_person(conversation, file_id))


def _shown(
    request: HttpRequest,
    merchant: Merchant,
    template: str,
    context: dict[str, object],
    status: int = 200,
) -> HttpResponseBase:
    shop = look_of(merchant) | {"languages": languages_of(merchant, request)}
    context |= {"merchant_name": merchant.name, "handle": merchant.handle, "shop": shop}
    return render(request, f"support/{template}.html", context, status=status)
