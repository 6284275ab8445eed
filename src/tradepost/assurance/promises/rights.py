"""People's rights."""

import csv
import html
import io
import json
import re
import zipfile

from django.conf import settings
from django.test import Client
from python_calamine import CalamineWorkbook

from tradepost.assurance.byte_search import databases_holding
from tradepost.assurance.promises import fixtures
from tradepost.assurance.whole.oracles.rows import RowsAbout
from tradepost.audit.types import PERSON
from tradepost.datamap.processors import PartyRole, Processor, processors
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.subjects import SubjectRef, email_key
from tradepost.datamap.vocabulary import Kind, Purpose, Subject
from tradepost.identity.models import User
from tradepost.lib.addresses import InvalidEmail, normalise_email
from tradepost.rights import queries
from tradepost.rights.actions import rights
from tradepost.rights.actions.disclose import Transfer, disclose
from tradepost.rights.actions.erase import erase_person
from tradepost.rights.graph import places, places_of


@keeps("right.self-service", Evidence.TESTED)
def a_person_helps_themselves() -> str:
    merchant = fixtures.shop()
    ref = fixtures.person(merchant)
    browser = fixtures.visit_of(merchant, ref.email)
    require(fixtures.NOTE in fixtures.page("/privacy/visit/", browser), "Own data is not shown.")
    fixtures.page("/privacy/visit/download/json/", browser)
    browser.post("/privacy/visit/erase/", {"sure": "on"})
    require(
        not any(
            rows.exists()
            for place, rows in places_of(ref)
            if place.is_deleted() and place.label != "delivery.Mail"
        ),
        "Not erased.",
    )
    return "A person without an account asked for a link, saw, downloaded and erased everything."


@keeps("right.access", Evidence.TESTED)
def the_copy_equals_the_map() -> str:
    merchant = fixtures.shop()
    ref = fixtures.person(merchant)
    browser = fixtures.visit_of(merchant, ref.email)
    rows = RowsAbout(Subject.CUSTOMER, ref.email, merchant.pk)
    document = json.loads(fixtures.page("/privacy/visit/download/json/", browser))
    copy = {label: table["rows"] for label, table in document["records"].items()}
    lacking = list(rows.lacking_in(copy))
    require(not lacking, "; ".join(lacking))
    compared = sum(map(len, rows.rows.values()))
    require(compared >= 2, "Too little was compared to mean anything.")
    return f"{compared} rows were compared with the copy, value by value; {len(places())} places are walked."


@keeps("right.rectify", Evidence.TESTED)
def what_is_wrong_is_corrected() -> str:
    word = fixtures.mark()
    user = User.objects.create(email=f"{word}@people.example", name="Wrong")
    browser = fixtures.visit_of(None, user.email)
    link = re.search(r"/privacy/visit/correct/\?[^\"]*field=name\b", _visit(browser))
    require(link, "What can be corrected has no link to correct it.")
    assert link is not None
    form = browser.get(html.unescape(link[0])).context["form"]
    browser.post("/privacy/visit/correct/", form.initial | {"value": word})
    user.refresh_from_db()
    require(user.name == word, "A correction was not carried out.")
    require(len(fixtures.mails_to(user.email)) == 2, "A correction did not send one mail.")
    merchant = fixtures.shop()
    customer = fixtures.person(merchant)
    browser = fixtures.visit_of(merchant, customer.email)
    browser.post("/privacy/visit/message/", {"note": word})
    notes = queries.open_requests_of(customer)
    require(any(row.note == word for row in notes), "A correction in words got lost.")
    fields = sum(said.correctable for place in places() for said in place.fields.values())
    return f"{fields} fields can be corrected by the person, the rest by a request with a clock."


def _visit(browser: Client) -> str:
    return fixtures.page("/privacy/visit/", browser)


@keeps("right.erase", Evidence.TESTED)
def an_erased_person_is_nowhere() -> str:
    word = fixtures.mark()
    merchant = fixtures.shop()
    ref = fixtures.person(merchant, word)
    fixtures.mailed_link(merchant, ref.email)
    user = User.objects.create(email=f"{word}@people.example", name=word)
    require(databases_holding(word), "The mark was not planted.")
    erasure = erase_person(ref=ref, by=PERSON)
    erase_person(ref=SubjectRef(Subject.MEMBER, user.email), by=PERSON)
    left = databases_holding(word)
    require(not left, f"Erased, and still found in {', '.join(left)}.")
    require(erasure.stays, "The person is not told what stays.")
    return f"A marked person was erased ({erasure.total} records) and found in no table any more."


@keeps("right.portable", Evidence.TESTED)
def copies_open_in_other_programs() -> str:
    merchant = fixtures.shop()
    ref = fixtures.person(merchant)
    browser = fixtures.visit_of(merchant, ref.email)
    given = {
        form: browser.get(f"/privacy/visit/download/{form}/").content
        for form in ("json", "csv", "xlsx")
    }
    document = json.loads(given["json"])
    require(fixtures.NOTE in json.dumps(document), "The JSON copy lacks data.")
    packed = zipfile.ZipFile(io.BytesIO(given["csv"]))
    texts = [packed.read(name).decode("utf-8-sig") for name in packed.namelist()]
    rows = [row for text in texts for row in csv.reader(io.StringIO(text))]
    require(any(fixtures.NOTE in row for row in rows), "The CSV copy lacks data.")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(given["xlsx"]))
    except Exception as error:
        require(False, f"The XLSX copy does not open: {type(error).__name__}.")
        raise
    cells = [
        cell
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
    ]
    require(fixtures.NOTE in cells, "The XLSX copy lacks data.")
    return "JSON, CSV and XLSX copies were read back by other programs and hold the same."


@keeps("right.notified", Evidence.TESTED)
def one_change_one_mail() -> str:
    merchant = fixtures.shop()
    ref = fixtures.person(merchant)
    processors["probe"] = Processor(
        id="probe",
        name="Probe",
        role=PartyRole.PAYMENT,
        what=(Kind.PAYMENT,),
        why="a check",
        purposes=(Purpose.ORDERS,),
        country="DE",
        safeguard="contract",
        contact_email="desk@probe.example",
    )
    try:
        said = Transfer(
            processor="probe",
            kinds=(Kind.PAYMENT,),
            purpose=Purpose.ORDERS,
            merchant_id=merchant.pk,
            subject_key=email_key(ref.email),
            reference="ref-1",
        )
        disclose(said, host="probe.example")
        rights.restrict(ref=ref, by=PERSON)
        require(len(fixtures.mails_to(ref.email)) == 1, "A restriction did not send one mail.")
        rights.erase_on_request(ref=ref, by=PERSON)
    finally:
        del processors["probe"]
    last = [mail.template for mail in fixtures.mails_to(ref.email)]
    require(last == ["rights/erased"], "An erasure did not send one mail.")
    told = fixtures.mails_to("desk@probe.example")
    require(len(told) == 1 and "ref-1" in told[0].text, "A recipient was not told of the erasure.")
    require(ref.email not in told[0].text, "The recipient was told an address.")
    return (
        "A restriction and an erasure sent one mail each, and a recipient was told of the erasure."
    )


@keeps("right.redress", Evidence.TESTED)
def the_authority_is_named() -> str:
    authority = settings.TRADEPOST.supervisory_authority
    for url in ("/privacy/", f"/privacy/{fixtures.shop().handle}/"):
        require(authority in fixtures.page(url), f"{url} does not say where to complain.")
    return f"The notice names {authority}."


@keeps("right.contact", Evidence.TESTED)
def there_is_a_contact() -> str:
    merchant = fixtures.shop()
    addresses = {
        "/privacy/": settings.TRADEPOST.operator_email,
        f"/privacy/{merchant.handle}/": merchant.contact_email,
    }
    for url, address in addresses.items():
        try:
            normalise_email(address)
        except InvalidEmail:
            require(False, f"{address} is not an address that mail can be sent to.")
        require(address in fixtures.page(url), f"{url} names no contact.")
    return "The operator's and a shop's notice name a contact to which mail can be sent."


@keeps("right.in-time", Evidence.MONITORED)
def no_request_is_overdue() -> str:
    overdue = queries.overdue_requests()
    require(not overdue, f"{overdue} requests have waited for more than a month.")
    return f"No request is overdue; {queries.waiting_requests()} wait within their month."
