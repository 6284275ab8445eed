"""The style sheet, and the gallery of the design system. Open to everyone; holds no one's data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tradepost.ui import gallery as samples
from tradepost.ui import sheets

A_YEAR = "public, max-age=31536000, immutable"
A_MINUTE = "public, max-age=60"


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, in light and dark side by side."""
    return render(request, "ui/gallery.html", {"sheets": samples.sheets()})


def stylesheet(request: HttpRequest, digest: str) -> HttpResponse:
    """Every component in one sheet. Another digest, as in the midst of an update, is kept briefly."""
    bundle = sheets.current()
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(bundle.zipped if zipped else bundle.plain, content_type="text/css")
    if zipped:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = A_YEAR if digest == bundle.digest else A_MINUTE
    return response


def office(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery/office_page.html", samples.office_page())


def plain(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery/plain_page.html", {"form": samples.GalleryForm()})


def shop(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery/shop_page.html", {"shop": samples.shop_frame()})
