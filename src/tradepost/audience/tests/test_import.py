import io
import zipfile
from contextlib import suppress as suppress_exception
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tradepost.audience import files
from tradepost.audience.actions import imports
from tradepost.audience.actions.subscribe import subscribe
from tradepost.audience.actions.unsubscribe import unsubscribe
from tradepost.audience.imports.reading import UnreadableFile
from tradepost.audience.models import ConsentRecord, Contact, Import, ImportProblem, ListMembership
from tradepost.audience.personal_files import erase_from_uploads, scan_uploads
from tradepost.audience.types import ConsentMissing, ContactSource
from tradepost.audit.types import PERSON, SYSTEM, Actor
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.delivery.actions import suppress
from tradepost.delivery.types import SuppressionReason
from tradepost.jobs.models import Job
from tradepost.jobs.runner import run_job
from tradepost.lib.addresses import InvalidEmail, normalise_email, quickly_normalised

CSV = "E-mail;Vorname;Nachname;City\nines@example.com;Ines;Vogel;Berlin\nBo@Example.com;Bo;;\n"


@pytest.fixture
def take(in_scope, owner, news, city):
    """Upload, accept the guessed columns, run to the end."""

    def run(content, name="people.csv", rule="fill", contact_list=news, **mapping):
        data = content if isinstance(content, bytes) else content.encode()
        row = imports.upload(
            merchant=in_scope, upload=SimpleUploadedFile(name, data), by=Actor.user(owner)
        )
        row = imports.read(run=row)
        if row.state == Import.State.UNREADABLE:
            raise UnreadableFile(row.refusal)
        imports.settle(
            run=row,
            mapping=mapping or row.mapping,
            rule=rule,
            contact_list=contact_list,
            consent_text="Ticked the box in our old shop.",
            by=Actor.user(owner),
        )
        for _done in imports.take_all(row):
            pass
        return row

    return run


def test_columns_separator_and_names_are_guessed(take):
    run = take(CSV)
    assert (run.separator, run.mapping) == (
        ";",
        {"0": "email", "1": "first_name", "2": "last_name", "3": "field:city"},
    )
    assert (run.added, run.merged, run.refused) == (2, 0, 0)
    ines, bo = Contact.objects.order_by("-email")[0], Contact.objects.order_by("email")[0]
    assert (ines.email, ines.name, ines.fields) == (
        "ines@example.com",
        "Ines Vogel",
        {"city": "Berlin"},
    )
    assert bo.email == "bo@example.com"


def test_everybody_imported_has_a_consent_record_that_says_whence(take, in_scope):
    take(CSV)
    for one in ListMembership.objects.select_related("consent__wording", "contact"):
        assert one.state == "subscribed"
        assert one.consent.wording.text == "Ticked the box in our old shop."
        assert one.consent.email_key == one.contact.email_key
        assert (one.consent.source, one.consent.where) == ("import", "people.csv")
    assert ConsentRecord.objects.count() == 2


def test_a_list_without_a_stated_consent_is_refused(in_scope, owner, news):
    run = imports.upload(
        merchant=in_scope, upload=SimpleUploadedFile("p.csv", CSV.encode()), by=Actor.user(owner)
    )
    imports.read(run=run)
    with pytest.raises(ConsentMissing):
        imports.settle(
            run=run,
            mapping=run.mapping,
            rule="fill",
            contact_list=news,
            consent_text="",
            by=Actor.user(owner),
        )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings_are_detected(take, encoding):
    take("email,name\njo@example.com,Jörg Müller\n".encode(encoding))
    assert Contact.objects.get().name == "Jörg Müller"


def test_sheets_are_read(take):
    import xlsxwriter

    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(
            [["email", "city"], ["a@example.com", "Graz"], ["b@example.com", 1070]]
        ):
            sheet.write_row(number, 0, row)
    take(packed.getvalue(), name="people.xlsx")
    assert list(Contact.objects.order_by("email").values_list("fields", flat=True)) == [
        {"city": "Graz"},
        {"city": "1070"},
    ]


def test_an_old_excel_file_with_a_title_and_gaps_is_read(take):
    """Made by xlwt: a title in row 2, names in row 4, an empty row 6, a person without address in row 7."""
    run = take((Path(__file__).parent / "people.xls").read_bytes(), name="people.xls")
    assert run.header == ["E-Mail", "Name", "City", "Birthday", "Age"]
    assert (run.head_rows, run.added, run.refused) == (4, 2, 1)
    ann, bo = Contact.objects.order_by("email")
    assert (ann.name, ann.fields) == ("Änn Čapek", {"city": "Graz"})
    assert bo.fields == {"city": "8010"}
    assert ImportProblem.objects.get().line == 7


@pytest.mark.parametrize(
    "top",
    [
        "",
        "\n\n",
        "Export of 3 May,,\n",
        "Export of 3 May,,\n,,\nquestions: us@shop.example?,,\n",
        "Person,,Place\n",
    ],
)
def test_lines_above_the_names_of_the_columns_are_left_out(take, top):
    run = take(f"{top}E-Mail,Name,City\nann@example.com,Ann,Graz\n")
    assert run.header == ["E-Mail", "Name", "City"]
    assert (run.added, run.refused) == (1, 0)
    assert Contact.objects.get().fields == {"city": "Graz"}


def test_bad_rows_before_the_first_good_one_are_refused_and_not_taken_for_a_head(take):
    run = take("Name,E-Mail\nAnn,ann@\nBo,bo\nCy,cy@example.com\n")
    assert (run.header, run.added, run.refused) == (["Name", "E-Mail"], 1, 2)
    assert list(ImportProblem.objects.values_list("line", flat=True)) == [2, 3]


def test_rows_are_numbered_as_a_spreadsheet_numbers_them_and_empty_ones_are_passed_over(take):
    run = take("email;name\n\nann@example.com;Ann\n;;\n;\nnobody;No\n;;\n")
    assert (run.added, run.refused) == (1, 1)
    assert ImportProblem.objects.get().line == 6


def test_a_file_without_names_of_columns_keeps_its_first_person(take):
    run = take("ann@example.com,Ann\nbo@example.com,Bo\n")
    assert (run.head_rows, run.header, run.added) == (0, ["Column 1", "Column 2"], 2)


def test_a_quotation_mark_left_open_says_which_lines_it_swallowed(take):
    rows = "".join(f"p{n}@example.com,x\n" for n in range(500))
    run = take(f'email,name\na@example.com,A\nb@example.com,"B\n{rows}')
    assert run.added == 1
    assert "Lines 3 to 503" in ImportProblem.objects.get().reason


def test_a_note_of_several_lines_is_one_row(take):
    run = take('email,city\na@example.com,"Graz\nAustria"\nb@example.com,Linz\n')
    assert (run.added, run.refused) == (2, 0)


def test_two_columns_of_one_name_are_told_apart_by_place(take):
    run = take("email,email,name\na@example.com,old@example.com,Ann\n")
    assert run.mapping == {"0": "email", "2": "name"}
    assert Contact.objects.get().email == "a@example.com"


@pytest.mark.parametrize(
    "data",
    [
        bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2_000,
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        b"\0" * 5_000,
        b'"' * 5_000,
        b"," * 5_000,
        b'"' + b"x" * 400_000,
    ],
    ids=["encrypted", "picture", "zeros", "quotes", "commas", "one long cell"],
)
def test_what_is_no_list_of_people_is_refused_in_words_or_taken_without_harm(take, data):
    with suppress_exception(UnreadableFile):
        assert take(data, name="list.xls", **{"0": "email"}).added == 0


def test_bombs_are_refused_before_they_unpack(take):
    before = set(files.names(files.UPLOADS))
    bomb, entity = io.BytesIO(), io.BytesIO()
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package,
        package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _piece in range(640):
            part.write(b"\0" * 1024 * 1024)
    with zipfile.ZipFile(entity, "w") as package:
        package.writestr(
            "xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'
        )
    for data in (bomb.getvalue(), entity.getvalue(), b"PK\x03\x04rubbish", b"", b"\n\n"):
        with pytest.raises(UnreadableFile):
            take(data, name="x.xlsx")
    assert not Import.objects.exclude(state="unreadable", stored_as="").exists()
    assert set(files.names(files.UPLOADS)) == before


def test_refused_rows_say_why_and_come_back_as_a_safe_file(take, office, merchant):
    run = take(
        'email,city\n=cmd|x@,Graz\nnobody,Graz\nok@example.com,Graz\n"a@b.example,unclosed\n'
    )
    assert (run.added, run.refused) == (1, 3)
    address = reverse("audience_office:import_problems", args=[merchant.handle, run.public_id])
    text = b"".join(office.get(address).streaming_content).decode()
    assert "'=cmd|x@" in text
    assert "nobody" in text
    assert "@-sign" in text


def test_duplicates_are_merged_by_rule_and_who_is_changed_is_told_once(take, mailbox):
    rows = "email,name,city\na@example.com,,Graz\nA@example.com,Ann,Linz\n"
    run = take(rows)
    assert (run.added, run.merged) == (1, 1)
    contact = Contact.objects.get()
    assert (contact.name, contact.fields) == ("Ann", {"city": "Graz"})
    assert mailbox("rights/changed_by_shop") == [], "nobody was known before"
    take("email,name,city\na@example.com,Anna,Wien\n", rule="replace")
    contact.refresh_from_db()
    assert (contact.name, contact.fields) == ("Anna", {"city": "Wien"})
    take("email,name\na@example.com,Other\n", rule="skip")
    contact.refresh_from_db()
    assert contact.name == "Anna"
    (told,) = mailbox("rights/changed_by_shop")
    assert told.address == "a@example.com"
    assert ConsentRecord.objects.count() == ListMembership.objects.count() == 1


def test_nobody_who_left_is_revived_even_after_deletion(take, in_scope, news):
    from tradepost.audience.actions.contacts import delete_contact

    for email in ("left@example.com", "erased@example.com"):
        contact = subscribe(
            merchant=in_scope,
            email=email,
            contact_list=news,
            consent_text="x",
            source=ContactSource.API,
            by=SYSTEM,
        )
        unsubscribe(contact=contact, how="one-click", by=PERSON)
    delete_contact(contact=contact, by=SYSTEM)
    suppress(address="bounced@example.com", reason=SuppressionReason.BOUNCE, merchant=in_scope)
    run = take(
        "email\nleft@example.com\nerased@example.com\nbounced@example.com\nnew@example.com\n"
    )
    assert (run.added, run.refused) == (1, 3)
    on = ListMembership.objects.filter(state="subscribed").values_list("contact__email", flat=True)
    assert list(on) == ["new@example.com"]


def test_known_contacts_join_the_list_by_the_import(take, in_scope, news):
    from tradepost.audience.actions.contacts import upsert_contact

    upsert_contact(
        merchant=in_scope, email="a@example.com", source=ContactSource.CHECKOUT, by=SYSTEM
    )
    run = take("email\na@example.com\n")
    assert (run.added, run.merged) == (0, 1)
    assert ListMembership.objects.get().consent.source == "import"


def test_the_job_stops_when_asked_and_goes_on_where_it_was(
    in_scope, owner, news, city, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(imports, "SLICE", 10)
    lines = "email\n" + "".join(f"p{n}@example.com\n" for n in range(35))
    run = imports.upload(
        merchant=in_scope, upload=SimpleUploadedFile("p.csv", lines.encode()), by=Actor.user(owner)
    )
    imports.read(run=run)
    imports.settle(
        run=run,
        mapping={"0": "email"},
        rule="fill",
        contact_list=news,
        consent_text="x",
        by=Actor.user(owner),
    )
    job = imports.start(run=run, by=Actor.user(owner))
    Job.objects.filter(pk=job.pk).update(cancel_asked=True)
    run_job.func(job.pk)
    run.refresh_from_db()
    assert (run.state, run.rows_done, Contact.objects.count()) == ("cancelled", 10, 10)
    again = imports.start(run=run, by=Actor.user(owner))
    run_job.func(again.pk)
    run.refresh_from_db()
    assert (run.state, run.added, Contact.objects.count()) == ("done", 35, 35)


def test_erasing_a_person_reaches_the_uploaded_file(take, in_scope):
    run = take(CSV)
    ref = SubjectRef(Subject.CUSTOMER, "ines@example.com", in_scope.pk)
    mine = f"uploaded file {run.stored_as}"
    assert mine in scan_uploads(b"ines@example.com")
    assert erase_from_uploads(ref) == 1
    assert mine not in scan_uploads(b"ines@example.com")
    assert b"bo@example.com" in files.opened(files.UPLOADS, run.stored_as).read().lower()


@pytest.mark.parametrize(
    "text",
    ["a@b.co", "A.B+c@sub.example.com", "x_y-z@d-e.fr", "a@xn--bcher-kva.example", "a..b@c.de",
     ".a@b.de", "a@b", "a@-b.de", "a@b-.de", "a@b.local", "a@b.test", "é@b.de", "a@b.c1", "a@b.d-e.f",
     "a@bücher.example", "a b@c.de", "a@b.123", "a@1.2.3.4", "a@b.onion", "-a@b.de", "a@b.locals"],
)  # fmt: skip
def test_the_fast_way_to_check_an_address_agrees_with_the_careful_one(text):
    def careful():
        try:
            return normalise_email(text)
        except InvalidEmail:
            return None

    try:
        fast = quickly_normalised(text)
    except InvalidEmail:
        fast = None
    assert fast == careful()


def test_a_person_clicks_from_upload_to_report(office, merchant, news, city, in_scope):
    def at(name, *args):
        return reverse(f"audience_office:{name}", args=[merchant.handle, *args])

    office.post(at("imports"), {"file": SimpleUploadedFile("p.csv", CSV.encode())})
    run = Import.objects.get()
    reading = office.get(at("import", run.public_id), headers={"HX-Request": "true"}).text
    assert "data-progress" in reading
    run_job.func(run.job.pk)
    ready = office.get(at("import", run.public_id), headers={"HX-Request": "true"}).text
    assert at("import_columns", run.public_id) in ready
    assert office.get(at("import", run.public_id)).url == at("import_columns", run.public_id)
    run.refresh_from_db()
    columns = office.get(at("import_columns", run.public_id)).content.decode()
    assert "ines@example.com" in columns
    posted = {f"column_{n}": target for n, target in run.mapping.items()}
    posted |= {"rule": "fill", "contact_list": news.public_id}
    refused = office.post(at("import_columns", run.public_id), posted)
    assert "Nobody goes on a list without a consent" in refused.content.decode()
    office.post(at("import_columns", run.public_id), posted | {"consent_text": "At the fair."})
    assert "Ines Vogel" in office.get(at("import", run.public_id)).content.decode()
    office.post(at("start_import", run.public_id))
    going = office.get(at("import", run.public_id), headers={"HX-Request": "true"}).text
    assert "data-progress" in going
    assert "<html" not in going
    run_job.func(Job.objects.get(kind="audience.import").pk)
    over = office.get(at("import", run.public_id), headers={"HX-Request": "true"}).text
    assert "badge-good" in over
    assert "data-progress" not in over
    assert Contact.objects.count() == 2
    assert not ImportProblem.objects.exists()
