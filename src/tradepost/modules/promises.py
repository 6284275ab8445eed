"""What the register of cookies promises."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.modules.cookies import UndeclaredCookie, declared_cookies_only
from tradepost.modules.registry import cookies

_NAME = "undeclared_by_anyone"


@keeps("cookie.registry", Evidence.TESTED)
def only_declared_cookies() -> str:
    """The outermost layer lets a declared cookie pass and stops any other; all say what they are for."""
    for cookie in cookies.values():
        require(str(cookie.purpose) and str(cookie.life), f"{cookie.name} gives no purpose or life")
    layers = settings.MIDDLEWARE
    require(layers and layers[0].endswith(".declared_cookies_only"), "no layer watches cookies")
    require(_NAME not in _answer_with(_NAME), "a cookie that nobody declared reaches the browser")
    for name in cookies:
        require(name in _answer_with(name), f"the declared cookie {name} does not arrive")
    return f"{len(cookies)} declared: {', '.join(sorted(cookies))}; another is stopped"


def _answer_with(name: str) -> set[str]:
    """The cookies that arrive when the application under the running layers sets ``name``."""

    def application(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  the form of a view
        response = HttpResponse()
        response.set_cookie(name, "1")
        return response

    layer = declared_cookies_only(application)
    try:
        return set(layer(RequestFactory().get("/")).cookies)
    except UndeclaredCookie:
        return set()
