"""Files of other mail services: nobody who left, bounced or complained there is written to here."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tradepost.audience import files
from tradepost.audience.actions import exports, imports
from tradepost.audience.actions.setup import save_list
from tradepost.audience.actions.subscribe import subscribe
from tradepost.audience.actions.unsubscribe import unsubscribe
from tradepost.audience.consent.records import record_consent, wording
from tradepost.audience.imports import stored
from tradepost.audience.imports.history import read_time
from tradepost.audience.models import (
    ConsentRecord,
    Contact,
    ContactExport,
    ImportProblem,
    ListMembership,
)
from tradepost.audience.queries import may_be_mailed
from tradepost.audience.types import Confirmation, ConsentKind, ContactSource
from tradepost.audit.types import PERSON, SYSTEM, Actor
from tradepost.delivery.actions import suppress
from tradepost.delivery.queries import is_suppressed
from tradepost.delivery.types import SuppressionReason
from tradepost.jobs.runner import run_job

MAILCHIMP = (
    "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,"
)
# File → who may be written to, and who is kept out for which reason.
LAYOUTS = {
    "mailchimp subscribed": (
        MAILCHIMP + "LAST_CHANGED,LEID,EUID,NOTES,TAGS\n"
        "in@x.example,Ann,A,2,2021-03-04 10:11:12,203.0.113.77,2021-03-05 08:00:00,203.0.113.99,2022-01-01,1,e,,\n",
        {"in@x.example"}, {},
    ),
    "mailchimp unsubscribed": (
        MAILCHIMP + "UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID\n"
        "left@x.example,L,L,2,,,2019-01-01 00:00:00,203.0.113.9,2023-05-06 07:08:09,May,c1,NORMAL,,1\n"
        "blank@x.example,L,L,2,,,2019-01-01 00:00:00,,,,,,,2\n"
        "spam@x.example,L,L,2,,,2019-01-01 00:00:00,,2023-05-06 07:08:09,May,c1,SPAM,,3\n",
        set(), {"left@x.example": "unsubscribe", "blank@x.example": "unsubscribe", "spam@x.example": "complaint"},
    ),
    "mailchimp cleaned": (
        MAILCHIMP + "CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID,LEID\n"
        "dead@x.example,D,D,2,,,2019-01-01 00:00:00,,2023-05-06 07:08:09,May,c1,1\n",
        set(), {"dead@x.example": "bounce"},
    ),
    "listmonk": (
        ("uuid,email,name,attributes,status,created_at,updated_at\n"
        "u1,in@x.example,Ann,{},enabled,2021-03-04T10:11:12Z,2021-03-04T10:11:12Z\n"
        "u2,off@x.example,Bo,{},disabled,2021-03-04T10:11:12Z,2021-03-04T10:11:12Z\n"
        "u3,block@x.example,Cy,{},blocklisted,2021-03-04T10:11:12Z,2021-03-04T10:11:12Z\n"),
        {"in@x.example"}, {"off@x.example": "unsubscribe", "block@x.example": "unsubscribe"},
    ),
    "brevo": (
        ("\ufeffCONTACT ID;EMAIL;FIRSTNAME;LASTNAME;SMS;DOUBLE_OPT-IN;OPT_IN;EMAIL_BLACKLISTED;ADDED_TIME\n"
        "1;in@x.example;Ann;A;;1;1;false;04-03-2021\n2;black@x.example;Bo;B;;1;1;true;04-03-2021\n"
        "3;no@x.example;Cy;C;;;0;false;04-03-2021\n"),
        {"in@x.example"}, {"black@x.example": "unsubscribe"},
    ),
    "brevo status": (
        ("EMAIL,FIRSTNAME,Email status\nin@x.example,Ann,Subscribed\nleft@x.example,Bo,Unsubscribed\n"
        "black@x.example,Cy,Blocklisted\nhard@x.example,Di,Hard bounced\n"),
        {"in@x.example"},
        {"left@x.example": "unsubscribe", "black@x.example": "unsubscribe", "hard@x.example": "bounce"},
    ),
    "mailerlite": (
        ("Email,Name,Last name,Status,Subscribed at,Unsubscribed at,Opted in at,Optin IP\n"
        "in@x.example,Ann,A,active,2021-03-04 10:11:12,,2021-03-05 08:00:00,198.51.100.7\n"
        "left@x.example,Bo,B,unsubscribed,2021-03-04 10:11:12,2022-01-02 03:04:05,,\n"
        "dead@x.example,Cy,C,bounced,2021-03-04 10:11:12,,,\n"
        "junk@x.example,Di,D,junk,2021-03-04 10:11:12,,,\n"
        "maybe@x.example,Ed,E,unconfirmed,2021-03-04 10:11:12,,,\n"),
        {"in@x.example"},
        {"left@x.example": "unsubscribe", "dead@x.example": "bounce", "junk@x.example": "complaint"},
    ),
    "mailerlite dates": (
        ("Subscriber,Name,Subscribed,Unsubscribed\nin@x.example,Ann,2021-03-04 10:11:12,\n"
        "left@x.example,Bo,2021-03-04 10:11:12,2022-01-02 03:04:05\n"),
        {"in@x.example"}, {"left@x.example": "unsubscribe"},
    ),
    "keila": (
        ("Email,First name,Last name,Data,Status,External ID\nin@x.example,Ann,A,{},active,\n"
        "left@x.example,Bo,B,{},unsubscribed,\ndead@x.example,Cy,C,{},unreachable,\n"),
        {"in@x.example"}, {"left@x.example": "unsubscribe", "dead@x.example": "bounce"},
    ),
    "mautic": (
        "email,firstname,lastname,doNotContact\nin@x.example,Ann,A,0\nleft@x.example,Bo,B,1\n",
        {"in@x.example"}, {"left@x.example": "unsubscribe"},
    ),
    "a column of any name": (
        "email,name,Zustand\nin@x.example,Ann,active\nleft@x.example,Bo,abgemeldet\n",
        {"in@x.example"}, {"left@x.example": "unsubscribe"},
    ),
    "twice in one file": (
        "email,status\nboth@x.example,subscribed\nBOTH@x.example,unsubscribed\n",
        set(), {"both@x.example": "unsubscribe"},
    ),
}  # fmt: skip


@pytest.fixture
def take(in_scope, owner, news):
    def run(content, merchant=None, contact_list=news, **more):
        upload = SimpleUploadedFile("people.csv", content.encode())
        row = imports.read(
            run=imports.upload(merchant=in_scope, upload=upload, by=Actor.user(owner))
        )
        imports.settle(
            run=row, mapping=row.mapping, rule="fill", contact_list=contact_list,
            consent_text="Our newsletter at the old service.", by=Actor.user(owner), **more,
        )  # fmt: skip
        for _done in imports.take_all(row):
            pass
        return row

    return run


def mailable(merchant):
    ids = Contact.objects.values_list("pk", flat=True)
    found = may_be_mailed(merchant=merchant, contact_ids=ids)
    return set(Contact.objects.filter(pk__in=found).values_list("email", flat=True))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_whoever_left_elsewhere_never_becomes_a_subscriber(take, in_scope, layout):
    content, welcome, kept_out = LAYOUTS[layout]
    for _again in range(2):
        run = take(content)
        assert mailable(in_scope) == welcome
        assert sum(run.kept_out.values()) == len(kept_out)
        for email, reason in kept_out.items():
            assert is_suppressed(address=email, merchant_id=in_scope.pk) == reason
            assert ListMembership.objects.get(contact__email=email).state == "unsubscribed"


def test_the_report_says_how_many_were_kept_out_and_why(take, office, merchant):
    run = take(LAYOUTS["mailerlite"][0])
    page = office.get(reverse("audience_office:import", args=[merchant.handle, run.public_id])).text
    for words in (
        "unsubscribed: never write",
        "mail came back: never write",
        "complained: never write",
    ):
        assert words in page
    assert (run.added, run.refused) == (1, 1)
    assert "never confirmed" in ImportProblem.objects.get().reason


def test_times_network_and_words_of_the_consent_are_kept_as_evidence(take):
    take(LAYOUTS["mailchimp subscribed"][0])
    given = ConsentRecord.objects.get()
    assert given.given_at == datetime(2021, 3, 5, 8, tzinfo=UTC)
    assert given.network == "203.0.113.0"
    assert (given.source, given.confirmed_by) == ("import", Confirmation.RECORDED)
    assert ListMembership.objects.get().since == given.given_at
    take("email,optin_time,consent_text\nb@x.example,03/04/2020,I want news of bags.\n")
    other = ConsentRecord.objects.latest("pk")
    assert other.wording.text == "I want news of bags."
    assert "03/04/2020" in other.where


def test_the_time_and_reason_of_leaving_are_kept(take):
    take(LAYOUTS["mailchimp unsubscribed"][0])
    row = ListMembership.objects.get(contact__email="left@x.example")
    assert row.ended_at == datetime(2023, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert row.reason == "NORMAL"
    assert row.consent.withdrawn_at == row.ended_at


def test_an_unknown_status_is_asked_about_and_never_guessed(office, merchant, in_scope, owner):
    content = "email,status\na@x.example,active\nb@x.example,Gold\nc@x.example,\n"
    upload = SimpleUploadedFile("people.csv", content.encode())
    run = imports.read(run=imports.upload(merchant=in_scope, upload=upload, by=Actor.user(owner)))
    address = reverse("audience_office:import_columns", args=[merchant.handle, run.public_id])
    posted = {"column_0": "email", "column_1": "status", "rule": "fill"}
    page = office.post(address, posted).text
    assert "Status “Gold” means" in page
    assert "No status means" in page
    run.refresh_from_db()
    assert run.state == "uploaded"
    office.post(address, posted | {"status_0": "left", "status_1": "none"})
    run.refresh_from_db()
    assert run.state == "ready"
    for _done in imports.take_all(run):
        pass
    assert is_suppressed(address="b@x.example", merchant_id=in_scope.pk) == "unsubscribe"
    assert is_suppressed(address="c@x.example", merchant_id=in_scope.pk) is None
    with pytest.raises(imports.StatusUnknown):
        imports.settle(
            run=imports.read(run=run), mapping={"0": "email", "1": "status"}, rule="fill",
            contact_list=None, consent_text="", by=Actor.user(owner),
        )  # fmt: skip


def test_a_status_that_comes_later_refuses_its_row(take, monkeypatch):
    monkeypatch.setattr(stored, "LOOKED_AT", 2)
    run = take("email,status\na@x.example,active\nb@x.example,active\nc@x.example,odd\n")
    assert (run.added, run.refused) == (2, 1)
    assert "“odd” is not known" in ImportProblem.objects.get().reason


def test_a_later_file_ends_what_an_earlier_one_began(take, in_scope):
    take("email\na@x.example\n")
    assert mailable(in_scope) == {"a@x.example"}
    take("email,status\na@x.example,unsubscribed\n")
    assert mailable(in_scope) == set()
    assert ConsentRecord.objects.exclude(withdrawn_at=None).count() == 1


def test_an_old_file_does_not_undo_a_yes_given_here_since(take, in_scope, news):
    subscribe(
        merchant=in_scope, email="a@x.example", contact_list=news, consent_text="x",
        source=ContactSource.FORM, by=SYSTEM,
    )  # fmt: skip
    ConsentRecord.objects.update(confirmed_by=Confirmation.DOUBLE_OPT_IN.value)
    run = take("email,status,unsubscribed at\na@x.example,unsubscribed,2020-01-01 00:00:00\n")
    assert mailable(in_scope) == {"a@x.example"}
    assert "by their own hand since" in ImportProblem.objects.get().reason
    assert run.kept_out == {}
    take("email,status\na@x.example,complained\n")
    assert mailable(in_scope) == set()


def test_somebody_who_objected_or_was_erased_is_not_brought_back_as_a_contact(take, in_scope):
    suppress(address="gone@x.example", reason=SuppressionReason.ERASURE, merchant=in_scope)
    take("email,status\ngone@x.example,unsubscribed\n")
    assert not Contact.objects.exists()


def exported(in_scope, owner):
    job = exports.start_export(merchant=in_scope, form="csv", by=Actor.user(owner))
    run_job.func(job.pk)
    row = ContactExport.objects.latest("pk")
    text = files.opened(files.EXPORTS, row.stored_as).read().decode("utf-8-sig")
    return text, {line["email"]: line for line in csv.DictReader(io.StringIO(text))}


def test_an_export_taken_in_elsewhere_gives_the_same_statuses(
    take, in_scope, owner, news, other_merchant
):
    from django_scopes import scope

    words = wording(merchant=in_scope, kind=ConsentKind.NEWSLETTER, text="Yes, news of bags.")
    for name in ("on", "left", "bounced", "complained", "-odd"):
        contact = subscribe(
            merchant=in_scope, email=f"{name}@x.example", contact_list=news,
            consent_text=words.text, source=ContactSource.FORM, by=SYSTEM, where="/forms/1/",
        )  # fmt: skip
        if name == "left":
            unsubscribe(contact=contact, how="one-click", by=PERSON)
    for name, reason in (("bounced", "BOUNCE"), ("complained", "COMPLAINT")):
        suppress(address=f"{name}@x.example", reason=SuppressionReason[reason], merchant=in_scope)
    from tradepost.audience.actions.contacts import upsert_contact

    upsert_contact(
        merchant=in_scope, email="bought@x.example", source=ContactSource.CHECKOUT, by=SYSTEM
    )
    text, before = exported(in_scope, owner)
    assert {email: row["status"] for email, row in before.items()} == {
        "on@x.example": "subscribed",
        "left@x.example": "unsubscribed",
        "bounced@x.example": "bounced",
        "complained@x.example": "complained",
        "'-odd@x.example": "subscribed",
        "bought@x.example": "none",
    }
    assert before["left@x.example"]["lists_left"].startswith("News (20")
    assert before["on@x.example"]["consent_text"] == "Yes, news of bags."
    assert before["on@x.example"]["consent_how"] == Confirmation.STATED
    with scope(merchant=other_merchant):
        their_list = save_list(merchant=other_merchant, by=SYSTEM, name="News", description="")
        upload = SimpleUploadedFile("contacts.csv", text.encode("utf-8-sig"))
        row = imports.read(
            run=imports.upload(merchant=other_merchant, upload=upload, by=Actor.user(owner))
        )
        imports.settle(
            run=row, mapping=row.mapping, rule="fill", contact_list=their_list,
            consent_text="From our other shop.", by=Actor.user(owner),
        )  # fmt: skip
        for _done in imports.take_all(row):
            pass
        _text, after = exported(other_merchant, owner)
    for column in ("status", "consent_at", "consent_text"):
        told = {e: r[column] for e, r in before.items() if r["status"] != "none"}
        assert {e: r[column] for e, r in after.items() if r["status"] != "none"} == told
    assert after["bought@x.example"]["status"] == "none"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-03-04 10:11:12", 4), ("2021-03-04T10:11:12Z", 4), ("04.03.2021", 4), ("2021/03/04", 4),
        ("25/03/2021", 25), ("03/25/2021", 25), ("03/03/2021", 3), ("Mar 4, 2021", 4),
        ("03/04/2021", None), ("2999-01-01", None), ("yesterday", None), ("1614852672", None), ("", None),
    ],
)  # fmt: skip
def test_a_time_is_read_only_where_it_can_mean_one_day(text, day):
    found = read_time(text)
    assert (found.day if found else None) == day


def test_everybody_on_a_list_still_rests_on_a_consent(take, in_scope, news):
    record_consent(
        merchant=in_scope, email="a@x.example", kind=ConsentKind.TRACKING,
        wording=wording(merchant=in_scope, kind=ConsentKind.TRACKING, text="t"),
        source=ContactSource.FORM, confirmed_by=Confirmation.DOUBLE_OPT_IN,
    )  # fmt: skip
    for content, _welcome, _kept in LAYOUTS.values():
        take(content)
    on = ListMembership.objects.filter(state="subscribed").select_related("consent", "contact")
    assert on
    for row in on:
        assert row.consent.withdrawn_at is None
        assert row.consent.email_key == row.contact.email_key
