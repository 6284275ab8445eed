"""A breach from the first minute to the last letter, through the pages."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled

from tests.promises.breach_desk import WORDS, Desk, stamp
from tests.promises.mutations import assert_kept_then_broken, cases, rewritten
from tradepost.assurance.promises.fixtures import visit_of
from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.types import ContactSource
from tradepost.audit.models import Entry
from tradepost.audit.types import SYSTEM
from tradepost.breaches import report, types
from tradepost.breaches.actions import letters
from tradepost.breaches.actions.remind import remind_all
from tradepost.breaches.models import Affected, Incident
from tradepost.breaches.promises import no_incident_is_late
from tradepost.breaches.queries import late_incidents, severity, untold_after_the_clock
from tradepost.breaches.scope import people, seen
from tradepost.breaches.types import Level, Told
from tradepost.datamap.promises import Broken
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Kind, Purpose, Subject
from tradepost.identity.probe import has_just_confirmed
from tradepost.law.figures import HOURS_TO_REPORT
from tradepost.lib import clock
from tradepost.merchants.actions.tokens import create_token
from tradepost.modules.team import scopes
from tradepost.rights.actions.disclose import Transfer, disclose
from tradepost.rights.actions.erase import erase_person

pytestmark = pytest.mark.django_db
PEOPLE = ("ada@people.example", "bea@people.example", "cy@people.example")


@pytest.fixture
def three(merchant):
    with scope(merchant=merchant):
        for email in PEOPLE:
            upsert_contact(merchant=merchant, email=email, source=ContactSource.API, by=SYSTEM)
    return merchant


@pytest.fixture
def desk(office, three):
    return Desk(office, f"/office/{three.handle}/privacy/incidents/")


@pytest.fixture
def console(console):
    return Desk(has_just_confirmed(console), "/operator/incidents/")


def test_the_clock_runs_from_the_moment_of_knowledge(desk):
    row = desk.record(hours_ago=5).row
    assert row.due_at - row.known_at == timedelta(hours=72)
    assert HOURS_TO_REPORT[-1].source.startswith("Art. 33")
    assert (
        "67 hours left" in desk.read()
        or "2 days left" in desk.read()
        or "3 days left" in desk.read()
    )


def test_nothing_that_has_not_come_yet_is_known(desk):
    said = {"title": "x", "known_at": stamp(clock.now() + timedelta(days=1))}
    answer = desk.browser.post(f"{desk.root}new/", said)
    assert answer.status_code == 200
    assert "This moment has not come yet." in answer.content.decode()


def test_whole_tables_touch_everybody_in_them_and_no_other_shop(desk, run_tasks, other_merchant):
    with scope(merchant=other_merchant):
        upsert_contact(
            merchant=other_merchant,
            email="foreign@people.example",
            source=ContactSource.API,
            by=SYSTEM,
        )
    desk.record().freeze(run_tasks, tables=["audience.Contact"])
    assert desk.listed == sorted(PEOPLE)
    assert set(PEOPLE) <= set(re.findall(r"\w+@people\.example", desk.read("people")))
    assert Entry.objects.filter(action="breaches.look").exists()


def test_a_program_touches_those_whom_its_token_read(desk, run_tasks, three, client):
    with scope(merchant=three):
        row, token = create_token(merchant=three, by=SYSTEM, name="shop floor", scopes=list(scopes))
        headers = {"authorization": f"Bearer {token}"}
        seen = client.get("/api/v1/contacts?email=" + PEOPLE[1], headers=headers).json()
    desk.record().freeze(run_tasks, actors=[f"token:{row.pk}"])
    assert desk.listed == sorted(item["email"] for item in seen["items"]) == [PEOPLE[1]]


def test_a_host_touches_those_whose_data_went_there(desk, run_tasks, three):
    ref = SubjectRef(Subject.CUSTOMER, PEOPLE[1], three.pk)
    disclose(
        Transfer(processor="stripe", kinds=(Kind.PAYMENT,), purpose=Purpose.ORDERS,
                 merchant_id=three.pk, subject_key=ref.key, reference="pi_1"), host="api.stripe.com")  # fmt: skip
    desk.record().freeze(run_tasks, hosts=["api.stripe.com"])
    assert desk.listed == [PEOPLE[1]]
    with scopes_disabled():
        assert Affected.objects.get(incident=desk.row).kinds == [Kind.PAYMENT.value]


def test_the_list_stays_whatever_changes_and_freezing_again_only_adds(desk, run_tasks, three):
    desk.record().freeze(run_tasks, tables=["audience.Contact"])
    with scope(merchant=three):
        upsert_contact(
            merchant=three, email="dee@people.example", source=ContactSource.API, by=SYSTEM
        )
        erase_person(ref=SubjectRef(Subject.CUSTOMER, PEOPLE[0], three.pk), by=SYSTEM)
    assert desk.listed == ["", *PEOPLE[1:]], "the erased one stays as a number"
    desk.freeze(run_tasks, tables=["audience.Contact"])
    assert desk.listed == sorted(["", "dee@people.example", *PEOPLE[1:]])


def test_each_gets_one_letter_by_real_mail_and_finds_it_in_the_portal(
    desk, run_tasks, post_office, three
):
    desk.record().describe().freeze(run_tasks, tables=["audience.Contact"])
    assert WORDS in desk.read("letter")
    for _again in range(2):
        desk.post("send")
        run_tasks()
    letters = [one for one in post_office() if b"breach touched" in one.data]
    assert sorted(one.recipient for one in letters) == sorted(PEOPLE)
    assert WORDS in visit_of(three, PEOPLE[2]).get(
        "/privacy/visit/incidents/"
    ).content.decode().replace("&amp;", "&")
    assert "Unwanted mail" in visit_of(three, PEOPLE[2]).get(
        "/privacy/visit/incidents/"
    ).content.decode().replace("&amp;", "&")


def test_no_letter_without_a_frozen_list_and_words(desk, mailbox, run_tasks):
    desk.record()
    desk.post("send")
    desk.freeze(run_tasks, tables=["audience.Contact"])
    desk.post("send")
    run_tasks()
    assert mailbox("breaches/told") == []


def test_a_test_letter_goes_to_the_desk_alone(desk, mailbox, run_tasks, three):
    desk.record().describe().freeze(run_tasks, tables=["audience.Contact"])
    desk.post("test")
    (letter,) = mailbox("breaches/told")
    assert letter.address == f"owner@{three.handle}.example"
    assert letter.subject.startswith("[Test]")


def test_of_a_drill_no_letter_leaves(desk, mailbox, run_tasks, three):
    desk.record(drill=True).describe().freeze(run_tasks, tables=["audience.Contact"])
    desk.post("send")
    run_tasks()
    assert mailbox("breaches/told") == []
    with scopes_disabled():
        assert set(Affected.objects.values_list("told", flat=True)) == {Told.DRILL}
    assert "This is a drill" in desk.read()
    assert WORDS not in visit_of(three, PEOPLE[0]).get(
        "/privacy/visit/incidents/"
    ).content.decode().replace("&amp;", "&")


def test_the_severity_follows_the_kinds_and_is_changed_with_a_reason(desk, run_tasks):
    desk.record().freeze(run_tasks, tables=["audience.Contact"], kinds=[Kind.EMAIL.value])
    assert severity(desk.row).score == 1 * 0.75 + 0.5
    assert severity(desk.row).level is Level.LOW
    refused = desk.post("severity", component="dpc", value="2.5", reason="health data")
    assert "scale has these values" in refused.content.decode()
    assert desk.post("severity", component="dpc", value="4", reason="").status_code == 200
    desk.post("severity", component="dpc", value="4", reason="the notes are about health")
    assert severity(desk.row).score == 3.5
    assert severity(desk.row).level is Level.HIGH
    assert "the notes are about health" in desk.read("severity")


def test_the_report_says_what_the_law_asks_and_names_nobody(desk, run_tasks, monkeypatch):
    desk.record().describe().freeze(run_tasks, tables=["audience.Contact"])
    answer = desk.browser.get(f"{desk.page}report/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    monkeypatch.setattr(report, "paper_pdf", str.encode)
    printed = html.unescape(desk.browser.get(f"{desk.page}report/").content.decode())
    text = " ".join(re.sub(r"<[^>]+>", " ", printed).split())
    for said in ("Taken from a car.", "Unwanted mail.", "Keys were changed.", "People affected (approximately) 3",
                 "e-mail address", "Data protection officer", "Art. 33(1) GDPR", "contact@ember-leather"):  # fmt: skip
        assert said in text, said
    assert not any(email in text for email in PEOPLE)


def test_reminders_come_once_each_before_the_time_is_over(desk, mailbox):
    row = desk.record(hours_ago=0).row
    for hours, count in ((49, 0), (47, 1), (46, 1), (23, 2), (5, 3), (-1, 4), (-9, 4)):
        with clock.at(row.due_at - timedelta(hours=hours)):
            remind_all()
        assert len(mailbox("breaches/reminder")) == count, hours
    assert "over" in mailbox("breaches/reminder")[-1].subject


def test_told_in_time_nobody_is_reminded_and_nothing_is_late(desk, mailbox):
    row = desk.record().row
    desk.post("authority", told_at=stamp(clock.now()), reference="LfD 12/26")
    with clock.at(row.due_at + timedelta(minutes=1)):
        remind_all()
        assert late_incidents() == []
    assert mailbox("breaches/reminder") == []


def test_a_minute_after_the_time_the_live_check_is_red(desk):
    row = desk.record().row
    with clock.at(row.due_at - timedelta(minutes=1)):
        no_incident_is_late()
    with clock.at(row.due_at + timedelta(minutes=1)), pytest.raises(Broken):
        no_incident_is_late()


def test_people_of_a_high_risk_who_were_not_told_are_seen(desk, run_tasks):
    desk.record().describe().freeze(run_tasks, tables=["audience.Contact"])
    desk.post("severity", component="dpc", value="4", reason="health")
    desk.post("authority", told_at=stamp(clock.now()))
    with clock.at(desk.row.due_at + timedelta(minutes=1)):
        assert untold_after_the_clock() == 3
    desk.post("send")
    run_tasks()
    with clock.at(desk.row.due_at + timedelta(minutes=1)):
        assert untold_after_the_clock() == 0


def test_a_late_report_says_why(desk):
    desk.record(hours_ago=80)
    late = desk.post("authority", told_at=stamp(clock.now()))
    assert "please say why" in late.content.decode()
    desk.post("authority", told_at=stamp(clock.now()), late_because="The logs came late.")
    assert desk.row.late_because == "The logs came late."
    with pytest.raises(IntegrityError), transaction.atomic(), scopes_disabled():
        Incident.objects.update(late_because="")


def test_it_is_closed_when_all_are_told_and_then_nothing_changes(desk, run_tasks):
    desk.record().describe()
    desk.post("close")
    assert desk.row.closed_at is None
    desk.post("decide", no_report="No risk: the disk was encrypted.", no_letters="No risk.")
    desk.post("close")
    assert desk.row.closed_at is not None
    desk.post(
        "facts", title="Other", happened="", words="", consequences="", measures="", advice=""
    )
    assert desk.row.title == "A stolen laptop"


def test_the_operators_incident_reaches_each_shop_with_a_clock_of_its_own(
    console, three, other_merchant, run_tasks, mailbox
):
    console.record(hours_ago=10).describe().freeze(
        run_tasks, tables=["audience.Contact", "identity.User"]
    )
    with scopes_disabled():
        (part,) = Incident.objects.exclude(merchant=None)
        own = Incident.objects.get(merchant=None)
        assert part.merchant == three, "the other shop has no contacts"
        assert sorted(part.affected.values_list("email", flat=True)) == sorted(PEOPLE)
        assert f"owner@{three.handle}.example" in own.affected.values_list("email", flat=True)
        assert not own.affected.filter(email__in=PEOPLE).exists()
    assert part.known_at > own.known_at
    (letter,) = mailbox("breaches/shop")
    assert letter.address == three.contact_email
    assert (
        three.name in console.browser.get(f"/operator/incidents/{own.public_id}/").content.decode()
    )


def test_members_are_told_by_the_operator_and_read_it_signed_in(
    console, office, run_tasks, mailbox, merchant
):
    console.record().describe().freeze(run_tasks, tables=["identity.User"])
    console.post("send")
    run_tasks()
    assert f"owner@{merchant.handle}.example" in {one.address for one in mailbox("breaches/told")}
    assert WORDS in office.get("/privacy/visit/incidents/").content.decode().replace("&amp;", "&")


def test_a_drill_of_the_operator_writes_to_no_shop(console, three, run_tasks, mailbox):
    console.record(drill=True).describe().freeze(run_tasks, tables=["audience.Contact"])
    with clock.at(clock.now() + timedelta(days=4)):
        remind_all()
    assert mailbox("breaches/shop") == []
    assert three.contact_email not in {one.address for one in mailbox("breaches/reminder")}


def test_a_shop_sees_neither_the_operators_nor_another_shops(console, desk, run_tasks):
    console.record()
    page = f"{desk.root}{console.row.public_id}/"
    assert desk.browser.get(page).status_code == 404


def test_the_list_takes_as_many_queries_for_three_as_for_one(desk):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            desk.record()
        with CaptureQueriesContext(connection) as queries:
            desk.browser.get(desk.root)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# Breaches of the product under which the checks turn red


def clock_of_a_week(breach):
    breach.setattr(types, "HOURS_TO_REPORT", (replace(HOURS_TO_REPORT[0], value=168),))


def letter_after_letter(breach):
    real = letters._in_its_language

    def twice(*args, **said):
        real(*args, **said)
        real(*args, **said)

    breach.setattr(letters, "_in_its_language", twice)


def nothing_in_the_portal(breach):
    rewritten(breach, "breaches/mine.html", "{{ row.incident.words|linebreaksbr }}", "")


def forget_what_lists_showed(breach):
    breach.setattr(seen.SeenRows, "add", lambda *_said: None)


def everybody_of_every_shop(breach):
    breach.setattr(people.Tenant, "rows", lambda _self, place: place.model._base_manager.order_by())


MUTATIONS = {
    "breach.clock": [clock_of_a_week, letter_after_letter, nothing_in_the_portal],
    "breach.who": [forget_what_lists_showed, everybody_of_every_shop],
}


@pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
def test_kept_until_broken(promise, mutate, monkeypatch):
    assert_kept_then_broken(promise, mutate, monkeypatch)
