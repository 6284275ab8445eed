"""The portal, as its guest and as an attacker uses it."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from tradepost.audit.types import PERSON
from tradepost.datamap.subjects import SubjectRef, email_key
from tradepost.datamap.vocabulary import Purpose, Subject
from tradepost.delivery.models import Mail
from tradepost.rights.actions.portal import send_link
from tradepost.rights.actions.rights import answer_due, log_request
from tradepost.rights.models import PortalPass, RightsRequest, Stop
from tradepost.rights.restrictions.stops import may_process
from tradepost.rights.types import Channel, Right

pytestmark = pytest.mark.django_db
ANNA = "anna@example.org"


def known(merchant, email=ANNA):
    return log_request(
        ref=SubjectRef(Subject.CUSTOMER, email, merchant.pk),
        right=Right.ACCESS,
        channel=Channel.LETTER,
        note="by letter",
        by=PERSON,
    )


def ask(client, merchant, email=ANNA):
    return client.post(f"/privacy/{merchant.handle}/my-data/", {"email": email})


def run_tasks():
    with scopes_disabled():
        for number in PortalPass.objects.filter(handled_at=None).values_list("pk", flat=True):
            send_link.call(number)


def mails(to=ANNA):
    with scopes_disabled():
        return list(Mail.objects.filter(address=to).order_by("pk"))


def mailed_link(to=ANNA):
    found = re.search(r"https?://[^/\s]+(/privacy/link/\S+/)", mails(to)[-1].text)
    assert found
    return found[1]


@pytest.fixture
def guest(merchant):
    """A client inside a visit of Anna."""
    known(merchant)
    client = Client()
    ask(client, merchant)
    run_tasks()
    response = client.post(mailed_link())
    assert response.status_code == 302
    return client


def test_known_and_unknown_addresses_get_the_same_answer(client, merchant):
    known(merchant)
    first, second = ask(client, merchant), ask(client, merchant, "nobody@example.org")
    assert first.status_code == second.status_code == 200
    assert first.content == second.content


def test_an_unknown_address_gets_no_mail_and_is_forgotten(client, merchant):
    ask(client, merchant, "nobody@example.org")
    run_tasks()
    assert mails("nobody@example.org") == []
    with scopes_disabled():
        assert not PortalPass.objects.exists()


def test_a_customer_of_one_shop_is_unknown_at_another(client, merchant, other_merchant):
    known(merchant)
    ask(client, other_merchant)
    run_tasks()
    assert mails() == []


def test_more_than_three_links_an_hour_are_not_sent(client, merchant):
    known(merchant)
    for _ in range(5):
        assert ask(client, merchant).status_code == 200
    run_tasks()
    assert len(mails()) == 3


def test_looking_at_the_link_does_not_use_it_up(client, merchant):
    known(merchant)
    ask(client, merchant)
    run_tasks()
    for _ in range(3):
        assert client.get(mailed_link()).status_code == 200
    assert client.post(mailed_link()).status_code == 302


def test_a_link_works_once(guest):
    assert Client().post(mailed_link()).status_code == 410
    assert Client().get(mailed_link()).status_code == 410


def test_a_link_dies_after_half_an_hour(client, merchant):
    known(merchant)
    ask(client, merchant)
    run_tasks()
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert client.post(mailed_link()).status_code == 410


def test_a_visit_dies_after_half_an_hour(guest):
    assert guest.get("/privacy/visit/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert guest.get("/privacy/visit/").status_code == 302


@pytest.mark.parametrize("secret", ["", "x", "A" * 43, "../../etc", "%00"])
def test_forged_secrets_open_nothing(client, merchant, secret):
    known(merchant)
    client.cookies["tradepost_portal"] = secret
    assert client.get("/privacy/visit/").status_code == 302
    if secret.isalnum():
        assert client.post(f"/privacy/link/{secret}/").status_code == 410


def test_secrets_are_not_stored(guest):
    secret = guest.cookies["tradepost_portal"].value
    with scopes_disabled():
        row = PortalPass.objects.get()
    assert secret not in repr(row.__dict__)


def test_the_cookie_ends_with_the_browser_and_names_nobody(guest):
    cookie = guest.cookies["tradepost_portal"]
    assert cookie["max-age"] == "" == cookie["expires"]
    assert cookie["httponly"]
    assert "anna" not in cookie.value


def test_everything_held_is_shown_and_nothing_of_others(guest, merchant):
    known(merchant, "berta@example.org")
    page = guest.get("/privacy/visit/").content.decode()
    assert "by letter" in page
    assert "berta" not in page


def test_pages_of_a_visit_are_not_cached(guest):
    assert "no-store" in guest.get("/privacy/visit/")["Cache-Control"]


def test_downloads_open(guest):
    document = json.loads(guest.get("/privacy/visit/download/json/").content)
    assert document["records"]["rights.RightsRequest"]["rows"][0]["note"] == "by letter"
    packed = zipfile.ZipFile(io.BytesIO(guest.get("/privacy/visit/download/csv/").content))
    assert "by letter" in packed.read("rights.RightsRequest.csv").decode()
    sheet = zipfile.ZipFile(io.BytesIO(guest.get("/privacy/visit/download/xlsx/").content))
    assert "xl/workbook.xml" in sheet.namelist()
    assert guest.get("/privacy/visit/download/exe/").status_code == 404


def test_another_persons_row_cannot_be_corrected(guest, merchant):
    theirs = known(merchant, "berta@example.org")
    response = guest.post(
        "/privacy/visit/correct/",
        {"reference": f"rights.RightsRequest:{theirs.pk}", "field": "note", "value": "x"},
    )
    assert response.status_code == 404


def test_a_card_number_in_a_message_is_not_kept(guest):
    guest.post("/privacy/visit/message/", {"note": "My card 4111 1111 1111 1111\x07 is wrong."})
    with scopes_disabled():
        note = RightsRequest.objects.latest("pk").note
    assert note == "My card [card number …1111 removed] is wrong."


def test_a_field_that_is_not_correctable_cannot_be_corrected(guest):
    with scopes_disabled():
        own = RightsRequest.objects.filter(note="by letter").get()
    for field in ("email", "note", "merchant", "pk", "done_at"):
        response = guest.post(
            "/privacy/visit/correct/",
            {"reference": f"rights.RightsRequest:{own.pk}", "field": field, "value": "x"},
        )
        assert response.status_code == 404


def test_restriction_stops_every_purpose_until_lifted(guest, merchant):
    guest.post("/privacy/visit/restrict/")
    assert not may_process(merchant, ANNA, Purpose.NEWSLETTERS)
    assert not may_process(merchant, ANNA, Purpose.ORDERS)
    assert may_process(merchant, ANNA, Purpose.LEGAL)
    guest.post("/privacy/visit/lift/")
    assert may_process(merchant, ANNA, Purpose.NEWSLETTERS)


def test_restricting_twice_sends_one_mail(guest, merchant):
    before = len(mails())
    guest.post("/privacy/visit/restrict/")
    guest.post("/privacy/visit/restrict/")
    assert len(mails()) == before + 1
    with scope(merchant=merchant):
        assert Stop.objects.count() == 1


def test_an_objection_stops_one_purpose_at_one_shop(guest, merchant, other_merchant):
    guest.post("/privacy/visit/object/", {"purpose": "NEWSLETTERS"})
    assert not may_process(merchant, ANNA, Purpose.NEWSLETTERS)
    assert may_process(merchant, ANNA, Purpose.ORDERS)
    assert may_process(other_merchant, ANNA, Purpose.NEWSLETTERS)


def test_orders_cannot_be_objected_to(guest, merchant):
    assert guest.post("/privacy/visit/object/", {"purpose": "ORDERS"}).status_code == 404
    assert may_process(merchant, ANNA, Purpose.ORDERS)


def test_erasing_needs_a_clear_yes(guest):
    assert guest.post("/privacy/visit/erase/", {}).status_code == 200
    with scopes_disabled():
        assert RightsRequest.objects.filter(email=ANNA).exists()


def test_erasing_ends_the_visit_and_sends_one_last_mail(guest):
    response = guest.post("/privacy/visit/erase/", {"sure": "on"})
    assert response.status_code == 200
    assert guest.get("/privacy/visit/").status_code == 302
    with scopes_disabled():
        assert not RightsRequest.objects.exclude(email="").exists()
    assert [mail.template for mail in mails()] == ["rights/erased"]


def test_each_request_is_logged_with_its_clock(guest, merchant):
    guest.post("/privacy/visit/object/", {"purpose": "NEWSLETTERS"})
    with scope(merchant=merchant):
        row = RightsRequest.objects.get(right=Right.OBJECT)
    assert row.done_at
    assert row.due_at == answer_due(row.received_at)
    assert row.subject_key == email_key(ANNA)


def test_a_request_of_the_last_of_january_is_due_at_the_end_of_february():
    moment = timezone.now().replace(year=2027, month=1, day=31)
    assert answer_due(moment).date().isoformat() == "2027-02-28"


def test_leaving_ends_the_visit(guest):
    secret = guest.cookies["tradepost_portal"].value
    guest.post("/privacy/visit/leave/")
    other = Client()
    other.cookies["tradepost_portal"] = secret
    assert other.get("/privacy/visit/").status_code == 302


def test_a_member_asks_the_operator(owner):
    client = Client()
    client.post("/privacy/my-data/", {"email": owner.email})
    run_tasks()
    client.post(mailed_link(owner.email))
    page = client.get("/privacy/visit/").content.decode()
    assert owner.name in page


def test_one_network_cannot_ask_for_links_without_end(client, merchant):
    for number in range(30):
        assert ask(client, merchant, f"p{number}@example.org").status_code == 200
    refused = ask(client, merchant, "one-more@example.org")
    assert refused.status_code == 429
    assert "Please try again at" in refused.text
    assert 'value="one-more@example.org"' in refused.text
    with scopes_disabled():
        assert PortalPass.objects.count() == 30
