from pathlib import Path

import pytest

from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery import letterheads

OWN = Path(__file__).parent / "templates"


@pytest.fixture(autouse=True)
def receipt_template(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two mail templates of this room's tests: a receipt (service mail) and news (none)."""
    settings.TEMPLATES = [dict(settings.TEMPLATES[0]) | {"DIRS": [OWN]}]
    monkeypatch.setattr(letterheads, "_letterheads", dict(letterheads._letterheads))
    letterheads.register_template("delivery/receipt", purpose=Purpose.ORDERS, service=True)
    letterheads.register_template("delivery/news", purpose=Purpose.NEWSLETTERS)
