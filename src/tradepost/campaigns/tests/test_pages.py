import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from tradepost.audit.models import Entry
from tradepost.audit.types import SYSTEM, Actor
from tradepost.campaigns.actions.control import schedule
from tradepost.campaigns.actions.send_test import TEMPLATE
from tradepost.campaigns.actions.start import start, start_due
from tradepost.campaigns.appearance import letter_of
from tradepost.campaigns.forms.writing import CampaignForm
from tradepost.campaigns.models import Campaign, Picture, SendingSettings, Tally
from tradepost.campaigns.types import CampaignState
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.delivery.models import Mail
from tradepost.merchants.actions.tokens import create_token
from tradepost.merchants.types import Role
from tradepost.rights.actions.erase import erase_person

OFFICE = "/office/ember-leather/campaigns/"


def typed(news, **values):
    return {
        "name": "Autumn",
        "subject": "Hello",
        "preheader": "",
        "from_name": "",
        "reply_to": "",
        "body_format": "markdown",
        "frame": "letter",
        "body": "Hi {{ contact.name }} [shop](https://a.example/)",
        "text": "",
        "to": f"list:{news.public_id}",
    } | values


def test_a_letter_is_written_and_kept(office, news):
    answer = office.post(f"{OFFICE}new/", typed(news, preview="1"))
    campaign = Campaign.objects.get()
    assert answer.status_code == 302
    assert answer.url.endswith(f"{campaign.public_id}/preview/")
    assert campaign.contact_list == news


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"body": "one\nHi {{ contact.shoe }} <b>"}, "Line 2, column 4: There is no field"),
        ({"body": "![x](https://cdn.example/a.png)"}, "Line 1, column 6: The picture"),
        ({"body": "<mj-text>a</mj-text>\n<mj-text color=red>b</mj-text>", "body_format": "mjml"},
         "Line 2, column 10: The value of “color” needs quotation marks"),
        ({"body": "<mj-text><b>half", "body_format": "mjml"}, "Line 1, column 10: &lt;b&gt; is not closed"),
        ({"subject": "Hi *|FNAME|*"}, "column 4: “*|FNAME|*” is a field of another mail service"),
        ({"preheader": "{{ nope"}, "stands alone"),
    ],
)  # fmt: skip
def test_a_draft_with_faults_is_saved_says_where_they_are_and_is_not_sent(
    office, news, reader, values, said
):
    reader("p1@people.example")
    answer = office.post(f"{OFFICE}new/", typed(news, **values), follow=True)
    campaign = Campaign.objects.get()
    for name, value in values.items():
        assert getattr(campaign, name) == value
    page = answer.content.decode()
    assert "The draft is saved. It can be sent when" in page
    assert said in page
    office.post(f"{OFFICE}{campaign.public_id}/start/", follow=True)
    campaign.refresh_from_db()
    assert campaign.is_draft
    assert said in office.get(f"{OFFICE}{campaign.public_id}/send/").content.decode()


def test_what_cannot_be_stored_stays_on_the_page_and_the_rest_is_saved(office, news):
    wrong = {"reply_to": "nobody at home", "subject": "x" * 300, "name": ""}
    answer = office.post(f"{OFFICE}new/", typed(news, **wrong))
    page = answer.content.decode()
    campaign = Campaign.objects.get()
    assert answer.status_code == 422
    assert campaign.body.startswith("Hi {{ contact.name }}")
    assert campaign.contact_list == news
    assert campaign.name
    assert 'value="nobody at home"' in page
    assert "x" * 300 in page
    here = f"{OFFICE}{campaign.public_id}/"
    assert f'action="{here}"' in page  # the next save changes this draft and makes no second
    office.post(here, typed(news, subject="Short"))
    assert Campaign.objects.get().subject == "Short"


def test_a_foreign_picture_is_uploaded_in_place(office, shop, news):
    foreign = "https://cdn.example/a.png?x=1&y=2"
    body = f"Look\n\n![A red bag]({foreign})\n"
    page = office.post(f"{OFFICE}new/", typed(news, body=body), follow=True).content.decode()
    assert 'name="picture-1"' in page
    assert 'value="https://cdn.example/a.png?x=1&amp;y=2"' in page
    campaign = Campaign.objects.get()
    upload = {"address-1": foreign, "picture-1": picture()}
    more = body + "\nand what I typed meanwhile"
    office.post(f"{OFFICE}{campaign.public_id}/", typed(news, body=more) | upload)
    campaign.refresh_from_db()
    brought = Picture.objects.get()
    assert brought.alt == "A red bag"
    assert campaign.body == more.replace(foreign, brought.url)
    assert letter_of(campaign).is_whole


def test_an_upload_that_is_no_picture_loses_nothing(office, shop, news):
    foreign = "https://cdn.example/a.png"
    campaign_body = f"![x]({foreign}) and more"
    upload = {"address-1": foreign, "picture-1": SimpleUploadedFile("a.png", b"<?php")}
    answer = office.post(f"{OFFICE}new/", typed(news, body=campaign_body) | upload)
    assert answer.status_code == 422
    assert campaign_body in answer.content.decode()
    assert Campaign.objects.get().body == campaign_body


def test_one_click_exchanges_the_tags_of_another_mail_service(office, news):
    pasted = "Hi *|IF:FNAME|**|FNAME|**|ELSE:|*friend*|END:IF|*, {{contact.EMAIL}} %%first_name%%"
    page = office.post(f"{OFFICE}new/", typed(news, body=pasted), follow=True).content.decode()
    assert "Use our fields instead" in page
    campaign = Campaign.objects.get()
    change = typed(news, body=pasted, subject="For [firstname]", use_ours="1")
    office.post(f"{OFFICE}{campaign.public_id}/", change)
    campaign.refresh_from_db()
    assert campaign.subject == "For {{ contact.first_name }}"
    assert campaign.body == (
        'Hi {{ contact.first_name|fallback:"friend" }}, {{ contact.email }} {{ contact.first_name }}'
    )
    assert letter_of(campaign).is_whole


def test_every_page_opens(office, news, reader, letter_to, owner):
    contact = reader("p1@people.example", "<b>Pia</b>")
    campaign = letter_to()
    here = f"{OFFICE}{campaign.public_id}/"
    for path in ("", "new/", "pictures/", "settings/"):
        assert office.get(f"{OFFICE}{path}").status_code == 200, path
    for path in ("", "preview/", f"preview/?as={contact.public_id}", "send/", "preview/letter/"):
        assert office.get(f"{here}{path}").status_code == 200, path
    start(campaign=campaign, by=Actor.user(owner))
    for path in ("report/", "recipients/", "recipients/?q=p1&state=queued", "preview/"):
        assert office.get(f"{here}{path}").status_code == 200, path
    part = office.get(f"{here}report/", HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in part
    assert f'data-progress="{here}report/"' in part
    assert office.get(here).status_code == 302


def test_the_preview_runs_under_a_policy_of_its_own(office, reader, letter_to):
    contact = reader("p1@people.example", "<script>alert(1)</script>")
    here = f"{OFFICE}{letter_to().public_id}/preview/letter/?as={contact.public_id}"
    answer = office.get(here)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "<script>alert" not in answer.content.decode()


def test_a_look_at_a_person_is_recorded_once(office, reader, letter_to):
    contact = reader("p1@people.example")
    here = f"{OFFICE}{letter_to().public_id}/preview/"
    office.get(f"{here}?as={contact.public_id}")
    office.get(f"{here}letter/?as={contact.public_id}")
    looks = Entry.objects.filter(action="campaigns.look", target=f"audience.contact:{contact.pk}")
    assert looks.count() == 1


def test_a_test_copy_goes_to_the_team_and_nobody_else(office, letter_to, owner):
    here = f"{OFFICE}{letter_to().public_id}/test/"
    office.post(here, {"to": ["stranger@people.example"]})
    assert Mail.objects.count() == 0
    office.post(here, {"to": [owner.email]})
    mail = Mail.objects.get()
    assert mail.address == owner.email
    assert mail.subject.startswith("[Test] ")
    assert "/o/" not in mail.html


def test_a_test_copy_filled_as_somebody_goes_when_they_are_erased(
    office, reader, letter_to, owner, merchant
):
    ines, bo = (reader(f"{name}@people.example", name.title()) for name in ("ines", "bo"))
    for shown in (ines, bo):
        here = f"{OFFICE}{letter_to(name=shown.name).public_id}/test/"
        office.post(f"{here}?as={shown.public_id}", {"to": [owner.email]})
    kept = [mail.subject for mail in Mail.objects.filter(template=TEMPLATE).order_by("pk")]
    assert kept == ["[Test] Bags for Ines", "[Test] Bags for Bo"]
    erase_person(ref=SubjectRef(Subject.CUSTOMER, ines.email, merchant.pk), by=SYSTEM)
    assert [mail.subject for mail in Mail.objects.filter(template=TEMPLATE)] == kept[1:]


def test_a_trial_copys_unsubscribe_link_unsubscribes_nobody(office, letter_to, owner):
    office.post(f"{OFFICE}{letter_to().public_id}/test/", {"to": [owner.email]})
    path = "/u/" + Mail.objects.get().text.split("/u/")[1].split(",")[0].split()[0]
    page = Client().get(path).content.decode()
    assert "test copy" in page
    assert Client().post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_a_draft_that_was_scheduled_meanwhile_keeps_what_was_typed(
    office, news, reader, letter_to, owner, monkeypatch
):
    reader("p1@people.example")
    campaign = letter_to()

    def somebody_else_is_quicker(form):
        schedule(campaign=campaign, at=timezone.now() + timedelta(days=1), by=Actor.user(owner))
        return {"subject": "Mine"}

    monkeypatch.setattr(CampaignForm, "values", somebody_else_is_quicker)
    answer = office.post(f"{OFFICE}{campaign.public_id}/", typed(news, subject="Mine"))
    assert answer.status_code == 422
    assert "cannot be changed" in answer.text
    assert 'value="Mine"' in answer.text


def test_a_letter_that_would_reach_nobody_offers_no_button(office, letter_to):
    page = office.get(f"{OFFICE}{letter_to().public_id}/send/").text
    assert "Nobody on the list" in page
    assert "/start/" not in page


def test_a_test_copy_keeps_the_reader_that_was_chosen(office, reader, letter_to, owner):
    contact, campaign = reader("p1@people.example", "Pia"), letter_to()
    here = f"{OFFICE}{campaign.public_id}/"
    answer = office.post(f"{here}test/?as={contact.public_id}", {"to": [owner.email]})
    assert answer.url == f"{here}preview/?as={contact.public_id}"
    assert "Pia" in Mail.objects.get().text


def test_it_is_scheduled_in_the_merchants_time_zone(office, shop, reader, letter_to):
    shop.time_zone = "Pacific/Auckland"
    shop.save()
    reader("p1@people.example")
    campaign = letter_to()
    at = (timezone.now() + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    import zoneinfo

    local = at.astimezone(zoneinfo.ZoneInfo("Pacific/Auckland"))
    answer = office.post(
        f"{OFFICE}{campaign.public_id}/send/", {"at": local.strftime("%Y-%m-%dT%H:%M")}
    )
    assert answer.status_code == 302
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SCHEDULED
    assert campaign.scheduled_for == at
    assert start_due() == 0
    office.post(f"{OFFICE}{campaign.public_id}/unschedule/")
    campaign.refresh_from_db()
    assert campaign.is_draft


def test_the_read_only_member_reads_and_cannot_send(member, reader, letter_to):
    reader("p1@people.example")
    campaign = letter_to()
    client = member(Role.READ_ONLY)
    assert client.get(OFFICE).status_code == 200
    assert client.get(f"{OFFICE}{campaign.public_id}/preview/").status_code == 200
    assert client.post(f"{OFFICE}{campaign.public_id}/start/").status_code == 403
    assert client.get(f"{OFFICE}new/").status_code == 403


@pytest.mark.parametrize("path", ["", "report/", "recipients/"])
def test_a_page_costs_as_many_queries_with_three_as_with_one(
    office, reader, letter_to, owner, path, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(campaign):
        here = OFFICE if not path else f"{OFFICE}{campaign.public_id}/{path}"
        with CaptureQueriesContext(
            connection,
        ) as counted:
            assert office.get(here).status_code == 200
        return len(counted)

    reader("p1@people.example")
    first = start(campaign=letter_to(), by=Actor.user(owner))
    office.get(OFFICE)
    one = cost(first)
    for number in range(2, 5):
        reader(f"p{number}@people.example")
    second = start(campaign=letter_to(), by=Actor.user(owner))
    Tally.objects.bulk_create(
        Tally(campaign=second, dimension="hour", key=f"2026-11-0{n}T10", kind="open:p", count=9)
        for n in range(1, 9)
    )
    assert cost(second) == one


def picture(kind="JPEG", size=(1600, 900)):
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    Image.new("RGB", size, "brown").save(out, kind, exif=exif)
    return SimpleUploadedFile("my dog.jpg", out.getvalue(), "image/jpeg")


def test_a_picture_is_made_smaller_and_loses_its_metadata(
    office, shop, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    answer = office.post(f"{OFFICE}pictures/", {"file": picture(), "alt": "A bag"})
    assert answer.status_code == 302
    row = Picture.objects.get()
    content = row.file.read()
    assert row.width == 1280
    assert b"SecretCamera" not in content
    assert "dog" not in row.file.name
    assert office.get(row.path).getvalue() == content
    assert office.get(f"/letters/{row.file.name[8:34]}/{'0' * 24}.jpg").status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        office.post(f"{OFFICE}pictures/{row.public_id}/delete/")
    assert not row.file.storage.exists(row.file.name)


def test_a_file_that_is_no_picture_is_refused_in_words(office, shop):
    upload = SimpleUploadedFile("x.png", b"<svg onload=alert(1)>", "image/png")
    page = office.post(f"{OFFICE}pictures/", {"file": upload, "alt": "x"}).content.decode()
    assert "not a picture that can be read" in page
    assert Picture.objects.count() == 0


def test_settings_are_kept(office, shop):
    answer = office.post(
        f"{OFFICE}settings/",
        {
            "from_name": "Ember",
            "reply_to": "",
            "accent": "#883311",
            "logo": "",
            "measuring": "totals",
        },
    )
    assert answer.status_code == 302
    assert SendingSettings.objects.get().measuring == "totals"


@pytest.fixture
def api(shop, owner):
    _row, text = create_token(
        merchant=shop,
        by=Actor.user(owner),
        name="test",
        scopes=["campaigns:read", "campaigns:write", "events:read"],
    )

    def call(method, path, body=None):
        answer = Client().generic(
            method,
            f"/api/v1{path}",
            json.dumps(body or {}),
            content_type="application/json",
            HTTP_AUTHORIZATION=f"Bearer {text}",
        )
        return answer.status_code, json.loads(answer.content)

    return call


def test_a_letter_is_written_sent_and_read_by_the_api(api, reader, news):
    reader("p1@people.example")
    status, made = api(
        "POST", "/campaigns", {"name": "A", "subject": "S", "body": "B", "list_id": news.public_id}
    )
    assert status == 201
    here = f"/campaigns/{made['id']}"
    assert api("PATCH", here, {"subject": "S2"})[1]["subject"] == "S2"
    assert api("PATCH", here, {"body": "{{ nope }}"})[0] == 200
    assert api("POST", f"{here}/start")[0] == 422
    api("PATCH", here, {"body": "Hello"})
    assert api("POST", f"{here}/start")[1]["state"] == "running"
    assert api("POST", f"{here}/start")[0] == 200
    assert api("PATCH", here, {"body": "x"})[0] == 409
    assert api("GET", f"{here}/report")[1]["recipients"] == 1
    assert api("GET", f"{here}/events")[1]["opens"]["people"] == 0
    assert api("GET", "/campaigns")[1]["items"][0]["state"] == "running"
    assert api("POST", "/campaigns", {"name": "A", "list_id": "made-up"})[0] == 404
    assert api("PATCH", here, {"reply_to": "no address"})[0] in {409, 422}
