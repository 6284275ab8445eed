"""Rooms declare themselves, and what is written of them is what runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tradepost.assurance.inventory import build_inventory, differences, signed_off
from tradepost.config.rooms import ROOMS
from tradepost.modules.registry import rooms
from tradepost.modules.wiring import as_markdown

ROOT = Path(__file__).parents[2]
BENCH = ("django.test", "unittest.mock", "tradepost.payments.standin", "tradepost.delivery.testing")


def test_the_page_of_the_wiring_is_up_to_date():
    """``tradepost rooms --markdown > docs/wiring.md`` brings it up to date."""
    assert (ROOT / "docs" / "wiring.md").read_text() == as_markdown()


@pytest.mark.django_db  # hosts that stand in rows are asked for, and told from the others by it
def test_nothing_widened_since_the_inventory_was_signed_off():
    """Look at each line; ``tradepost inventory --write`` and a commit sign it off."""
    assert differences(signed_off(), build_inventory()) == []


@pytest.mark.django_db
def test_a_difference_of_the_inventory_is_named():
    signed, found = signed_off(), build_inventory()
    found["periods"]["orders.archived"] = "3650 days, 0:00:00"
    found["routes"]["/open-to-all/"] = "open"
    del signed["cookies"]["sessionid"]
    assert len(differences(signed, found)) == 3


def test_a_room_is_declared_under_the_name_of_its_folder():
    assert set(rooms) <= set(ROOMS)
    for name in rooms:
        assert (ROOT / "src" / "tradepost" / name / "room.py").exists()


def test_a_web_process_carries_no_test_bench(tmp_path):
    """Asked of a fresh interpreter that has loaded what a web process loads and answered a page."""
    program = (
        "import sys; from tradepost.config.wsgi import application as app;"
        "import django.urls; django.urls.get_resolver().url_patterns;"
        f"print([name for name in sys.modules if name.startswith({BENCH!r})])"
    )
    said = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"TRADEPOST_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip().splitlines()[-1] == "[]"
