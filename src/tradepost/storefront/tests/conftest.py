import io

import pytest
from django.urls import reverse
from PIL import Image

from tradepost.audit.types import SYSTEM
from tradepost.catalog.actions.products import create_product
from tradepost.storefront import access, page_cache


@pytest.fixture(autouse=True)
def nothing_kept(settings, tmp_path, monkeypatch):
    """Pages are kept as in production, although a test is one long transaction."""
    monkeypatch.setattr(access, "may_keep", lambda: True)
    settings.MEDIA_ROOT = tmp_path / "media"
    page_cache.pages.forget()
    page_cache.facts.forget()
    yield
    page_cache.pages.forget()
    page_cache.facts.forget()


@pytest.fixture
def make(in_scope):
    def product(name="Belt", **fields):
        values = {"price_minor": 6900, "sku": name.upper()} | fields
        return create_product(merchant=in_scope, by=SYSTEM, name=name, **values)

    return product


@pytest.fixture
def at(in_scope):
    """The address of a shop page."""

    def address(page, *more):
        return reverse(f"storefront:{page}", args=[in_scope.handle, *more])

    return address


@pytest.fixture
def jpeg():
    def draw(width=60, height=40):
        out = io.BytesIO()
        Image.new("RGB", (width, height), (120, 60, 30)).save(out, "JPEG")
        return out.getvalue()

    return draw
