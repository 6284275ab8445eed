"""What the proof reads without marks: the rows about somebody, values in logs, services of its own."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from tradepost.assurance.promises import fixtures
from tradepost.assurance.whole.oracles.rows import RowsAbout
from tradepost.assurance.whole.oracles.wire import HeldValues
from tradepost.audit.types import PERSON
from tradepost.datamap.vocabulary import Subject
from tradepost.rights.actions.erase import erase_person
from tradepost.rights.models import RightsRequest


@pytest.mark.django_db
def test_rows_about_somebody_are_compared_until_nothing_is_left():
    merchant, other = fixtures.shop(), fixtures.shop()
    ref = fixtures.person(merchant)
    rows = RowsAbout(Subject.CUSTOMER, ref.email, merchant.pk)
    assert not any(RowsAbout(Subject.CUSTOMER, ref.email, other.pk).rows.values())
    letter = RightsRequest._base_manager.get(email=ref.email)
    whole = {"right": letter.get_right_display(), "note": letter.note, "email": letter.email}
    whole |= {"identity_checked": letter.identity_checked}
    label = RightsRequest._meta.label
    assert not [line for line in rows.lacking_in({label: [whole]}) if "rightsrequest" in line]
    lacking = list(rows.lacking_in({label: [whole | {"note": "", "right": ""}]}))
    assert "the copy lacks rights_rightsrequest.note: 1 of 1 values" in lacking
    assert "the copy lacks rights_rightsrequest.right: 1 of 1 values" in lacking
    assert any("rights_rightsrequest.note still holds" in line for line in rows.left())
    erase_person(ref=ref, by=PERSON)
    assert list(rows.left()) == []


@pytest.mark.django_db
def test_a_line_of_the_log_that_holds_a_value_of_a_personal_column_is_known():
    merchant = fixtures.shop()
    ref = fixtures.person(merchant)
    letter = RightsRequest._base_manager.get(email=ref.email)
    held = HeldValues()
    time = "2026-01-31 23:59:59,999 "
    assert held.in_line(f"{time}WARNING saved right={letter.right}") == "right"
    assert held.in_line(f"{time}WARNING saved {{'note': '{letter.note}'}}") == "note"
    assert held.in_line(f"{time}WARNING saved {letter.right}") == "", "a word alone names nobody"


def test_services_of_ones_own_end_with_whoever_asked_for_them():
    """In a folder that PostgreSQL's own user may enter, which those of tests are not."""
    here = shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tradepost.assurance.private_services", folder],
            input="", capture_output=True, text=True, check=False,
        )  # fmt: skip
    if not here:
        assert "is not installed" in done.stderr
        return
    address = json.loads(done.stdout)["TRADEPOST_DATABASE_URL"]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)
