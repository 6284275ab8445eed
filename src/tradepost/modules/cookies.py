"""No cookie that was not declared (promise cookie.registry)."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tradepost.modules.registry import cookies

logger = logging.getLogger(__name__)
Respond = Callable[[HttpRequest], HttpResponse]


class UndeclaredCookie(RuntimeError):
    """A response set a cookie that no room declares."""


def declared_cookies_only(respond: Respond) -> Respond:
    """Outermost: sees what every other middleware sets. Deleting a cookie is always allowed.

    Raises: UndeclaredCookie while developing and testing; in production the cookie is dropped.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        if header := response.headers.get("Set-Cookie"):  # past ``set_cookie``, which is looked at
            _stop(header.partition("=")[0])
            del response.headers["Set-Cookie"]
        for name, morsel in list(response.cookies.items()):
            if name in cookies or morsel["max-age"] == 0:
                continue
            _stop(name)
            del response.cookies[name]
        return response

    return middleware


def _stop(name: str) -> None:
    """Raises: UndeclaredCookie, where it should be seen."""
    if settings.UNDECLARED_COOKIE_RAISES:
        raise UndeclaredCookie(name)
    logger.error("dropped the undeclared cookie %s", name)
