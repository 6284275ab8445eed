"""Reading the demo's caught mail. Whoever may read it may follow every sign-in link in it, so it is
open only in a data folder that holds the demo, and there to the operator and to the very machine it
runs on. A real installation without a relay keeps its mail in the folder ``caught``; nobody reads it here."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.delivery.personal_files import caught
from tradepost.delivery.retention import CAUGHT_FOR
from tradepost.lib.visitors import is_this_machine

View = Callable[..., HttpResponse]

# A mail is a stranger's page: no script, no form, no outside host, no access to our origin. Pictures
# in letters are on this host; the pixel is, too: reading a letter here counts as opening it.
_IN_A_CAGE: dict[str, list[str]] = {
    "default-src": [str(CSP.NONE)],
    "style-src": [str(CSP.UNSAFE_INLINE)],
    "img-src": [str(CSP.SELF), "data:"],
    "frame-ancestors": [str(CSP.SELF)],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


def may_read(request: HttpRequest) -> bool:
    """Of a demo alone: its operator; or the machine that it runs on."""
    if not (settings.TRADEPOST.is_demo and caught.is_relay()):
        return False
    return getattr(request.user, "is_operator", False) or is_this_machine(request.META)


def caught_view(view: View) -> View:
    """Settle access; everybody else sees that there is nothing."""

    @wraps(view)
    @never_cache
    @require_safe
    def settled(request: HttpRequest, **kwargs: object) -> HttpResponse:
        if not may_read(request):
            raise Http404
        record(
            actor=_reader(request),
            action="delivery.look",
            reason=gettext_noop("to read mail that was caught"),
            detail={"page": view.__name__},
        )
        try:
            return view(request, **kwargs)
        except caught.NotCaught:
            raise Http404 from None

    return settled


def _reader(request: HttpRequest) -> Actor:
    if request.user.is_authenticated:
        return Actor.user(request.user)
    return Actor.at_machine("caught-mail")


@caught_view
def inbox(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("q", "")
    context = {"mails": caught.newest(search), "search": search, "days": CAUGHT_FOR.days}
    return render(request, "delivery/caught.html", context)


@caught_view
def read(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "delivery/caught_mail.html", {"mail": caught.one(name)})


@csp_override(_IN_A_CAGE)
@xframe_options_sameorigin
@caught_view
def html(request: HttpRequest, name: str) -> HttpResponse:
    mail = caught.one(name)
    return HttpResponse(f'<base target="_blank">{mail.html}')


@caught_view
def source(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(caught.one(name).source, content_type="text/plain; charset=utf-8")
