"""A statement that names nobody, and that anybody checks with one page of Python and no network."""

import json
import re
import subprocess
import sys

import pytest
from django.test import Client

from tradepost.assurance.entrances.registry import staff_of
from tradepost.assurance.promises import fixtures
from tradepost.audit.types import SYSTEM
from tradepost.certificates import timestamps, verify_certificate
from tradepost.certificates.actions import certify
from tradepost.certificates.models import Certificate
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.rights.actions.erase import erase_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(merchant):
    return fixtures.person(merchant, "zqcertified")


@pytest.fixture
def erased(merchant, person):
    """The page that the person sees at the end."""
    visit = fixtures.visit_of(merchant, person.email)
    return visit.post("/privacy/visit/erase/", {"sure": "on"}).content.decode()


@pytest.fixture
def files(erased, tmp_path):
    """What the person downloads: certificate, key, script."""
    url = re.search(r'href="(/certificates/[^"]+/)"', erased)[1]
    browser = Client()
    for name, address in (("c.json", url), ("key.pem", "/certificates/key/"), ("v.py", "/certificates/script/")):  # fmt: skip
        (tmp_path / name).write_bytes(browser.get(address).content)
    return tmp_path


def run(folder, *words):
    done = subprocess.run(
        [sys.executable, "-I", "v.py", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        env={},
        check=False,
    )
    return done.returncode, done.stdout


def test_the_shipped_script_checks_it_by_itself(files):
    code, said = run(files, "c.json", "key.pem")
    assert code == 0, said
    assert said.startswith("GOOD")


def test_it_says_what_was_searched_what_went_and_what_stays_and_names_nobody(files, merchant):
    text = (files / "c.json").read_text()
    statement = verify_certificate.check(text)
    assert "rights.RightsRequest" in statement["searched"]["tables"]
    assert statement["found"]["emptied"]["rights.RightsRequest"] >= 1
    (kept,) = [line for line in statement["stays"] if "answered in time" in line["because"]]
    assert kept["until"].startswith("1095 days after")
    assert "zqcertified" not in text
    assert "people.example" not in text
    row = Certificate.objects.get()
    assert row.subject_key not in text


@pytest.mark.parametrize("change", ["number", "word", "key", "signature"])
def test_whatever_is_altered_is_found_out(files, change):
    document = json.loads((files / "c.json").read_text())
    if change == "number":
        document["statement"]["people"] = 2
    if change == "word":
        document["statement"]["stays"] = []
    if change == "key":
        document["public_key"] = "A" * 43 + "="
    if change == "signature":
        document["signature"] = document["signature"][::-1]
    with pytest.raises(ValueError):  # noqa: PT011  each in its own words
        verify_certificate.check(json.dumps(document))


def test_another_installations_signature_is_not_ours(files, settings):
    settings.SECRET_KEY = "another" * 8
    other = certify.certify(kind="erasure", statement={})
    (files / "other.json").write_text(other.document)
    assert run(files, "other.json")[0] == 0
    code, said = run(files, "other.json", "key.pem")
    assert code == 1
    assert "Somebody else" in said


def test_person_and_shop_find_it_again_and_nobody_else_does(
    files, merchant, person, office, other_merchant
):
    row = Certificate.objects.get()
    visit = fixtures.visit_of(merchant, person.email)
    assert row.token in fixtures.page("/privacy/visit/certificates/", visit)
    other = fixtures.visit_of(merchant, fixtures.person(merchant).email)
    assert row.token not in fixtures.page("/privacy/visit/certificates/", other)
    assert row.token in fixtures.page(f"/office/{merchant.handle}/privacy/certificates/", office)
    rival = fixtures.browser_of(staff_of(other_merchant))
    page = fixtures.page(f"/office/{other_merchant.handle}/privacy/certificates/", rival)
    assert row.token not in page
    assert Client().get("/certificates/no-such-token/").status_code == 404


def test_many_erased_at_once_are_one_statement_about_their_number(merchant):
    refs = [fixtures.person(merchant) for _ in range(3)]
    erase_people(refs=refs, by=SYSTEM)
    row = Certificate.objects.get()
    assert verify_certificate.check(row.document)["people"] == 3
    assert row.subject_key == ""


def test_whoever_was_not_there_gets_no_statement(merchant):
    erase_people(refs=[SubjectRef(Subject.CUSTOMER, "no@body.example", merchant.pk)], by=SYSTEM)
    assert not Certificate.objects.exists()


def test_stamps_come_later_and_a_silent_authority_is_waited_for(monkeypatch, client):
    row = certify.certify(kind="erasure", statement={})
    assert certify.stamp_all() == 0
    monkeypatch.setattr(timestamps, "is_asked", lambda: True)

    def silent(content):
        raise timestamps.NotStamped

    monkeypatch.setattr(timestamps, "stamp_for", silent)
    with pytest.raises(certify.AuthorityAway):
        certify.stamp_all()
    assert client.get(f"/certificates/{row.token}/stamp/").status_code == 404
    monkeypatch.setattr(timestamps, "stamp_for", lambda content: b"stamp of " + content[:1])
    assert certify.stamp_all() == 1
    assert client.get(f"/certificates/{row.token}/stamp/").content == b"stamp of {"
