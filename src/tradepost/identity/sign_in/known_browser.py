"""A browser in which the owner has signed in keeps its own count of tries.

In an office, behind one proxy, or on a phone network a stranger shares the owner's network, and could
wear out its limit. The cookie tells the owner's browser apart after signing out. It opens nothing by
itself, dies with the browser (promise cookie.admin-session), and is void once the password changes.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from tradepost.identity.models import User

COOKIE = "tp_known"
_SALT = "identity.known-browser"
_GOOD_FOR = timedelta(days=90)
_PATH = "/accounts/"
Respond = Callable[[HttpRequest], HttpResponse]


def remember(request: HttpRequest, user: User) -> None:
    """The answer to this request will carry the cookie."""
    request.signed_in_now = user  # type: ignore[attr-defined]  # read by the middleware below


def known_browser(respond: Respond) -> Respond:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        user = getattr(request, "signed_in_now", None)
        if user is not None:
            said = [user.pk, _void_with(user), secrets.token_urlsafe(16)]
            response.set_cookie(
                COOKIE,
                signing.dumps(said, salt=_SALT),
                path=_PATH,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response

    return middleware


def name_of_browser(request: HttpRequest, user: User | None) -> str:
    """The random name of a browser in which this person has signed in; empty for all others."""
    text = request.COOKIES.get(COOKIE, "")
    if not text or user is None:
        return ""
    try:
        number, void_with, name = signing.loads(text, salt=_SALT, max_age=_GOOD_FOR)
    except (signing.BadSignature, ValueError):
        return ""
    return str(name) if (number, void_with) == (user.pk, _void_with(user)) else ""


def _void_with(user: User) -> str:
    """Changes with the password; tells nothing of it."""
    return user.get_session_auth_hash()[:16]
