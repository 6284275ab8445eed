"""The gallery of the design system. Made-up content only: open to everyone, holds no one's data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tradepost.ui import gallery as samples


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, in light and dark side by side."""
    return render(request, "ui/gallery.html", {"sheets": samples.sheets()})


def office(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery/office_page.html", samples.office_page())


def plain(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery/plain_page.html", {"form": samples.ProductForm()})


def shop(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery/shop_page.html", {"shop": samples.shop_frame()})
