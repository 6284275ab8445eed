import io
import re
from html import unescape

import pytest
from PIL import Image

from tradepost.catalog.actions import importing
from tradepost.catalog.layouts.apart import read_here


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Files of each test stay in its own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def jpeg():
    def make(width=900, height=700, **options):
        out = io.BytesIO()
        Image.new("RGB", (width, height), (120, 60, 30)).save(out, "JPEG", **options)
        return out.getvalue()

    return make


@pytest.fixture
def shown(office):
    """What a browser would send for the form of a page as it stands."""
    return lambda url: shown_fields(office.get(url).content.decode())


@pytest.fixture
def fill(office, shown):
    """Change some fields of the form of a page and send all of it, as a browser does."""

    def send(url, typed, **options):
        return office.post(url, shown(url) | typed, **options)

    return send


def shown_fields(page: str) -> dict[str, str]:
    """What a browser would send for the inputs, selects and texts of the first form of the content."""
    inputs = re.findall(
        r'<input type="(?!checkbox|radio|file)[^"]*" name="([^"]+)"(?: value="([^"]*)")?', page
    )
    boxes = re.findall(r'<input type="checkbox" name="([^"]+)"[^>]*checked', page)
    selects = re.findall(
        r'<select name="([^"]+)".*?<option value="([^"]*)" selected', page, re.DOTALL
    )
    texts = re.findall(r'<textarea name="([^"]+)"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)
    found = dict(inputs) | dict.fromkeys(boxes, "on") | dict(selects) | dict(texts)
    return {name: unescape(value) for name, value in found.items()}


@pytest.fixture(autouse=True)
def lists_are_read_here(monkeypatch):
    """A child process for each of two hundred lists takes minutes; ``test_hostile_lists`` starts them."""

    def here(data, *, waiting=None, **said):
        return read_here(data, **said)

    monkeypatch.setattr(importing, "read_apart", here)
