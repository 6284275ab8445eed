from django.test import Client
from django.urls import reverse
from django_scopes import scope

from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.actions.setup import save_custom_field, save_list
from tradepost.audience.models import ConsentRecord, Contact, ContactList, ListMembership
from tradepost.audience.types import ContactSource
from tradepost.audit.types import SYSTEM

INES = {"email": "Ines@Example.com", "name": "Ines", "fields": {"city": "Berlin"}}


def test_a_contact_is_made_filled_in_found_and_removed(call):
    made = call("POST", "/contacts", INES).json()
    assert (made["email"], made["fields"], made["lists"]) == (
        "ines@example.com",
        {"city": "Berlin"},
        [],
    )
    again = call("POST", "/contacts", {"email": "ines@example.com", "language": "de"}).json()
    assert (again["id"], again["name"], again["language"]) == (made["id"], "Ines", "de")
    found = call("GET", "/contacts?email=INES@example.com").json()
    assert [one["id"] for one in found["items"]] == [made["id"]]
    assert call("GET", f"/contacts/{made['id']}").json() == again
    assert call("DELETE", f"/contacts/{made['id']}").status_code == 204
    assert call("GET", f"/contacts/{made['id']}").status_code == 404


def test_bad_input_is_named_and_changes_nothing(call):
    for body in (
        {"email": "no address"},
        {"email": "a@b"},
        {},
        {"email": "a@example.com", "fields": {"unknown": "x"}},
        {"email": "a@example.com", "name": "x" * 161},
    ):
        answer = call("POST", "/contacts", body)
        assert answer.status_code == 422, body
        assert answer.json()["errors"], body
    assert not Contact.objects.exists()


def test_a_number_that_can_be_read_in_two_ways_is_refused(call, in_scope):
    save_custom_field(
        merchant=in_scope, by=SYSTEM, key="visits", label="Visits", kind="number", choices=[]
    )
    taken = {"12": 12, "1 000": 1000, "1,5": 1.5, "0,125": 0.125, "1.125": 1.125, 1.125: 1.125}
    for given, kept in taken.items():
        body = {"email": "a@example.com", "fields": {"visits": given}}
        assert call("POST", "/contacts", body).json()["fields"] == {"visits": kept}
    for given in ("1,000", "12,500", "1 2", "12 50", "1,000,000"):
        body = {"email": "b@example.com", "fields": {"visits": given}}
        assert call("POST", "/contacts", body).status_code == 422, given


def test_a_list_name_is_taken_once(call):
    made = call("POST", "/lists", {"name": "News"})
    assert (made.status_code, made.json()["subscribers"]) == (201, 0)
    assert call("POST", "/lists", {"name": "News"}).status_code == 409
    assert call("POST", "/lists", {"name": ""}).status_code == 422
    assert [one["name"] for one in call("GET", "/lists").json()["items"]] == ["News"]


def test_a_list_named_like_a_link_is_no_advertisement_in_mails_to_strangers(office, merchant, call):
    """Its name is the subject of the mail that asks whoever was typed into the form to confirm."""
    for name in ("Win at https://evil.example", "www.evil.example", "evil.com"):
        made = call("POST", "/lists", {"name": name})
        assert made.status_code == 422
        assert "web or mail address" in made.text
        page = office.post(
            reverse("audience_office:new_list", args=[merchant.handle]),
            {"name": name, "is_public": "on"},
        )
        assert "must not look like a web or mail address" in page.text
    assert not ContactList.objects.exists()


def test_a_subscriber_needs_a_consent_and_whoever_left_stays_out(call, news):
    path = f"/lists/{news.public_id}"
    assert call("POST", f"{path}/subscribers", INES).status_code == 422
    blank = call("POST", f"{path}/subscribers", INES | {"consent": "    "})
    assert blank.status_code == 422
    assert not ListMembership.objects.exists()
    told = INES | {"consent": "Ticked the box on 3 May."}
    row = call("POST", f"{path}/subscribers", told).json()
    assert [(one["list"], one["state"]) for one in row["lists"]] == [("News", "subscribed")]
    assert ConsentRecord.objects.get().wording.text == "Ticked the box on 3 May."
    assert call("GET", "/lists").json()["items"][0]["subscribers"] == 1
    left = call("POST", f"{path}/unsubscribe", {"email": "INES@example.com"}).json()
    assert left["lists"][0]["state"] == "unsubscribed"
    assert call("POST", f"{path}/subscribers", told).status_code == 409
    assert ListMembership.objects.get().state == "unsubscribed"


def test_whoever_is_not_there_cannot_leave(call, news):
    path = f"/lists/{news.public_id}/unsubscribe"
    assert call("POST", path, {"email": "nobody@example.com"}).status_code == 404
    assert call("POST", path, {"email": "nobody"}).status_code == 422
    assert call("POST", "/lists/xyz/unsubscribe", {"email": "a@example.com"}).status_code == 404


def test_a_repeated_key_is_answered_again_and_not_done_again(call, news):
    path = f"/lists/{news.public_id}/subscribers"
    told, key = INES | {"consent": "At the fair."}, {"Idempotency-Key": "one"}
    first, again = call("POST", path, told, **key), call("POST", path, told, **key)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert ConsentRecord.objects.count() == 1
    other = call("POST", path, told | {"name": "Bo"}, **key)
    assert other.status_code == 422


def test_a_token_does_only_what_it_was_made_for(call, news):
    reader = ["contacts:read"]
    assert call("GET", "/contacts", scopes=reader).status_code == 200
    assert call("POST", "/contacts", INES, scopes=reader).status_code == 403
    assert call("GET", "/lists", scopes=reader).status_code == 403
    assert Client().get("/api/v1/contacts").status_code == 401


def test_rows_of_another_merchant_are_not_there(call, other_merchant):
    with scope(merchant=other_merchant):
        theirs = save_list(merchant=other_merchant, by=SYSTEM, name="Theirs")
        contact = upsert_contact(
            merchant=other_merchant, email="x@example.com", source=ContactSource.API, by=SYSTEM
        )
    told = INES | {"consent": "At the fair."}
    assert call("GET", f"/contacts/{contact.public_id}").status_code == 404
    assert call("DELETE", f"/contacts/{contact.public_id}").status_code == 404
    assert call("POST", f"/lists/{theirs.public_id}/subscribers", told).status_code == 404
    assert call("GET", "/contacts").json()["count"] == 0
    assert not ContactList.objects.exists()
    with scope(merchant=other_merchant):
        assert Contact.objects.get() == contact
