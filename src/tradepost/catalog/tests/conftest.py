import io

import pytest
from PIL import Image


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
