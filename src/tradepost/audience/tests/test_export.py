import csv
import io
import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.actions.exports import start_export
from tradepost.audience.actions.subscribe import subscribe
from tradepost.audience.actions.unsubscribe import unsubscribe
from tradepost.audience.files import EXPORTS, names
from tradepost.audience.models import Contact, ContactExport
from tradepost.audience.retention import exports_due, purge_exports
from tradepost.audience.types import ContactSource
from tradepost.audit.models import Entry
from tradepost.audit.types import PERSON, SYSTEM, Actor
from tradepost.jobs.models import Job
from tradepost.jobs.runner import run_job

FORMULA = '=HYPERLINK("https://evil.example";"A")'


@pytest.fixture
def people(in_scope, news, city):
    """Ines is on the list; Bo is not, and his answers are formulas."""
    subscribe(
        merchant=in_scope,
        email="ines@example.com",
        name="Ines Vögel",
        contact_list=news,
        consent_text="At the fair.",
        source=ContactSource.BY_HAND,
        by=SYSTEM,
    )
    upsert_contact(
        merchant=in_scope,
        email="bo@example.com",
        name=FORMULA,
        fields={"city": "+49 30"},
        source=ContactSource.API,
        by=SYSTEM,
    )


@pytest.fixture
def export(in_scope, owner, people):
    def run(form="csv", **only):
        job = start_export(merchant=in_scope, form=form, by=Actor.user(owner), **only)
        run_job.func(job.pk)
        return ContactExport.objects.get(job_id=job.pk)

    return run


@pytest.fixture
def fetch(office, merchant):
    def get(row):
        answer = office.get(
            reverse("audience_office:export_file", args=[merchant.handle, row.public_id])
        )
        return answer, b"".join(answer) if answer.streaming else answer.content

    return get


def test_no_cell_of_a_csv_is_a_formula(export, fetch):
    answer, body = fetch(export("csv"))
    assert answer["Content-Disposition"] == 'attachment; filename="contacts.csv"'
    ines, bo = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
    assert (ines["email"], ines["name"], ines["lists"]) == (
        "ines@example.com",
        "Ines Vögel",
        "News",
    )
    assert (bo["name"], bo["city"], bo["lists"]) == (f"'{FORMULA}", "'+49 30", "")


def test_a_sheet_holds_texts_and_no_formula(export, fetch):
    row = export("xlsx")
    _answer, body = fetch(row)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0)
    head, ines, bo = sheet.to_python()
    assert ines[head.index("email")] == "ines@example.com"
    assert str(bo[head.index("name")]).lstrip("'") == FORMULA
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    assert not any(cell for line in _formulas(book, body) for cell in line)


def _formulas(book, body):
    """The parts of the sheet that would be computed."""
    import zipfile

    with zipfile.ZipFile(io.BytesIO(body)) as package:
        names = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        return [[b"<f>" in package.read(name)] for name in names]


def test_json_says_what_is_known_unchanged(export, fetch):
    _answer, body = fetch(export("json"))
    ines, bo = json.loads(body)
    assert (ines["lists"], ines["city"]) == ("News", None)
    assert (bo["name"], bo["city"]) == (FORMULA, "+49 30")


def test_a_list_is_exported_alone(export, fetch, news):
    row = export("json", contact_list=news)
    assert [one["email"] for one in json.loads(fetch(row)[1])] == ["ines@example.com"]
    assert row.rows == 1


def test_who_left_is_exported_alone(export, fetch, news, in_scope):
    ines = Contact.objects.get(email="ines@example.com")
    unsubscribe(contact=ines, how="one-click", by=PERSON)
    assert json.loads(fetch(export("json", contact_list=news, state="subscribed"))[1]) == []
    gone = json.loads(fetch(export("json", state="unsubscribed"))[1])
    assert [one["email"] for one in gone] == ["ines@example.com"]


def test_the_file_is_gone_after_a_day(export, fetch):
    row = export()
    assert row.stored_as in names(EXPORTS)
    tomorrow = timezone.now() + timedelta(days=1, minutes=1)
    assert (exports_due(timezone.now()), exports_due(tomorrow)) == (0, 1)
    purge_exports(tomorrow)
    assert row.stored_as not in names(EXPORTS)
    row.refresh_from_db()
    assert fetch(row)[0].status_code == 404


def test_an_unfinished_export_has_no_file(fetch, in_scope, owner, people):
    job = start_export(merchant=in_scope, form="csv", by=Actor.user(owner))
    assert fetch(ContactExport.objects.get(job=job))[0].status_code == 404
    before = set(names(EXPORTS))
    Job.objects.filter(pk=job.pk).update(cancel_asked=True)
    run_job.func(job.pk)
    row = ContactExport.objects.get(job=job)
    assert (row.stored_as, set(names(EXPORTS))) == ("", before)


def test_another_merchant_gets_404(export, client, other_merchant, make_user, merchant):
    from tradepost.merchants.models import Membership

    row = export()
    stranger = make_user("stranger@other.example")
    Membership.objects.create(merchant=other_merchant, user=stranger, role="owner")
    client.force_login(stranger)
    for handle in (merchant.handle, other_merchant.handle):
        address = reverse("audience_office:export_file", args=[handle, row.public_id])
        assert client.get(address).status_code == 404


def test_asking_and_fetching_are_both_on_record(office, merchant, people, fetch):
    answer = office.post(reverse("audience_office:export", args=[merchant.handle]), {"form": "csv"})
    assert answer.status_code == 302
    run_job.func(Job.objects.get(kind="audience.export").pk)
    fetch(ContactExport.objects.get())
    actions = set(Entry.objects.values_list("action", flat=True))
    assert {"audience.export", "audience.download_export"} <= actions
