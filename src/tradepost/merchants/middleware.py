"""Around every page: what has closed says so, and what is switched off is not there."""

from collections.abc import Callable, Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tradepost.merchants.access import shop_of
from tradepost.merchants.actions.closed_links import leads_to_closed_shop
from tradepost.modules.switches import modules_at, refuse_if_off

Answer = Callable[[HttpRequest], HttpResponse]
# Not for customers: the back office keeps its own 404, programs read status and no page.
_OTHERS = ("/office/", "/operator/", "/api/", "/static/", "/media/", "/account")


def closed_shop(get_response: Answer) -> Answer:
    """Look at what was not found: asking only then costs the pages of open shops nothing.

    A view that reads the shop's name elsewhere than in the path says it as ``request.asked_shop``.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 404 or request.path.startswith(_OTHERS):
            return response
        words = [word.removesuffix(".pdf") for word in request.path.split("/")]
        if not leads_to_closed_shop([getattr(request, "asked_shop", ""), *words]):
            return response
        page = render(request, "merchants/closed.html", status=410)
        page.headers["Cache-Control"] = "private, no-cache"
        page.headers["X-Robots-Tag"] = "noindex"
        return page

    return answer


class SwitchedOff:
    """A page of a module that is off is not there, whoever wrote it: its view need not ask.

    Whose page it is, the ``handle`` in its address says. A view that has the shop at hand by other
    means (``office_view``, ``shop_page``) asks by itself and says so by ``knows_its_shop``; one whose
    address names no shop is asked here about the operator's switch alone.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        _positional: Sequence[object],
        arguments: Mapping[str, object],
    ) -> None:
        """Raises: Http404."""
        match = request.resolver_match
        if match is None or getattr(view, "knows_its_shop", False):
            return
        if any(modules_at(match.view_name)):
            refuse_if_off(request, shop_of(request, str(arguments.get("handle", ""))))
