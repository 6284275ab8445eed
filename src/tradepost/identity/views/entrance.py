"""At the door: the mailed link past the limits, and the page for browsers that send no cookie."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tradepost.identity.actions import lockout
from tradepost.identity.actions.activity import log
from tradepost.identity.actions.letters import tell_owner
from tradepost.identity.forms import LinkRequestForm
from tradepost.identity.models import ActivityKind
from tradepost.identity.network import network_of
from tradepost.identity.queries import user_by_email
from tradepost.identity.sign_in.adapter import tidy
from tradepost.identity.sign_in.session import give_pass


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Without a cookie nobody gets in; say so and how to mend it."""
    page = "ui/cookies_needed.html" if reason == REASON_NO_CSRF_COOKIE else "403.html"
    return render(request, page, status=403)


@never_cache
def ask_link(request: HttpRequest) -> HttpResponse:
    """Mail the link to the owner. The answer is the same whether or not there is an account."""
    form = LinkRequestForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "identity/ask_link.html", {"form": form})
    email = tidy(form.cleaned_data["email"])
    try:
        lockout.count_link_request(email=email, network=network_of(request))
    except lockout.Blocked:
        return render(request, "429.html", status=429)
    user = user_by_email(email)
    tell_owner.enqueue(user.pk if user else 0, unasked=False)
    return render(request, "identity/link_sent.html")


@never_cache
def let_me_in(request: HttpRequest, secret: str) -> HttpResponse:
    """A click alone spends nothing: mail programs open links. The button does."""
    if request.method != "POST":
        return render(request, "identity/let_me_in.html")
    link = lockout.use_access_link(secret)
    if link is None:
        return render(request, "identity/link_spent.html", status=410)
    give_pass(request, link.pk)
    log(request=request, kind=ActivityKind.LET_IN, user=link.user)
    messages.success(request, _("You can try again now, from this browser, for half an hour."))
    return redirect("account_login")
