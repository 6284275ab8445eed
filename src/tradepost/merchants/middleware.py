"""Addresses of a shop that has closed answer with a page that says so."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tradepost.merchants.actions.closed_links import leads_to_closed_shop

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
