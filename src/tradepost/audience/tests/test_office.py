import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.actions.segments import save_segment
from tradepost.audience.actions.setup import save_list
from tradepost.audience.actions.subscribe import subscribe
from tradepost.audience.models import Contact, ContactList, CustomField, OptInForm, Segment
from tradepost.audience.types import ContactSource
from tradepost.audit.models import Entry
from tradepost.audit.types import SYSTEM
from tradepost.merchants.types import Role


@pytest.fixture
def at(merchant):
    return lambda name, *args: reverse(f"audience_office:{name}", args=[merchant.handle, *args])


@pytest.fixture
def ines(in_scope, news, city):
    return subscribe(
        merchant=in_scope,
        email="ines@example.com",
        contact_list=news,
        consent_text="Signed a card.",
        source=ContactSource.BY_HAND,
        by=SYSTEM,
        name="Ines Vogel",
        fields={"city": "Berlin"},
    )


@pytest.mark.parametrize(
    "name", ["contacts", "new_contact", "lists", "new_list", "fields", "new_field", "forms",
             "new_form", "segments", "new_segment", "imports"]
)  # fmt: skip
def test_every_page_opens_empty_and_filled(office, at, name, ines, optin):
    assert office.get(at(name)).status_code == 200


def test_a_form_shows_its_page_and_html_to_paste(office, at, optin):
    page = office.get(at("form", optin.public_id)).content.decode()
    assert f"/forms/{optin.public_id}/" in page
    assert "&lt;form action=" in page
    assert "csrfmiddlewaretoken&quot;" not in page.split("snippet")[1].split("</textarea>")[0]
    assert office.get(at("edit_form", optin.public_id)).status_code == 200


def test_the_list_of_contacts_finds_filters_and_sorts(office, at, ines, news, in_scope):
    upsert_contact(merchant=in_scope, email="zoe@example.com", source=ContactSource.API, by=SYSTEM)
    whole = office.get(at("contacts")).content.decode()
    assert "ines@example.com" in whole
    assert "zoe@example.com" in whole
    on_list = office.get(at("contacts"), {"list": news.public_id, "sort": "email"}).content.decode()
    assert "zoe@example.com" not in on_list
    assert "zoe@example.com" not in office.get(at("contacts"), {"state": "subscribed"}).text
    gone = office.get(at("contacts"), {"list": news.public_id, "state": "unsubscribed"}).text
    assert "Nobody matches" in gone
    found = office.get(at("contacts"), {"q": "VOGEL"}).content.decode()
    assert "ines@example.com" in found
    assert "zoe@example.com" not in found


def test_the_list_of_contacts_asks_as_often_for_many_as_for_one(
    office, at, ines, news, in_scope, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    office.get(at("contacts"))
    with CaptureQueriesContext(connection) as one:
        office.get(at("contacts"))
    for number in range(5):
        subscribe(
            merchant=in_scope,
            email=f"p{number}@example.com",
            contact_list=news,
            consent_text="Signed a card.",
            source=ContactSource.BY_HAND,
            by=SYSTEM,
        )
    with django_assert_num_queries(len(one)):
        office.get(at("contacts"))


def test_every_look_at_a_contact_is_recorded(office, at, ines):
    page = office.get(at("contact", ines.public_id)).content.decode()
    assert "Signed a card." in page
    assert "Berlin" in page
    assert Entry.objects.filter(
        action="audience.look", target=f"audience.contact:{ines.pk}"
    ).exists()


def test_a_contact_is_added_changed_and_deleted(office, at, news, city):
    office.post(at("new_contact"), {"email": "New@Example.com", "field_city": "Graz"})
    contact = Contact.objects.get()
    assert (contact.email, contact.fields) == ("new@example.com", {"city": "Graz"})
    office.post(at("edit_contact", contact.public_id), {"email": contact.email, "name": "Nora"})
    contact.refresh_from_db()
    assert (contact.name, contact.fields) == ("Nora", {})
    office.post(at("delete_contact", contact.public_id), {"confirm": "wrong"})
    assert Contact.objects.exists()
    office.post(at("delete_contact", contact.public_id), {"confirm": contact.email})
    assert not Contact.objects.exists()


def test_adding_to_a_list_by_hand_needs_the_source_of_the_consent(office, at, news):
    given = {"email": "a@example.com", "contact_list": news.public_id}
    assert (
        "Say where the consent comes from" in office.post(at("new_contact"), given).content.decode()
    )
    assert not Contact.objects.exists()
    office.post(at("new_contact"), given | {"consent_text": "At the fair."})
    assert Contact.objects.get().memberships.get().consent.wording.text == "At the fair."


def test_card_numbers_typed_into_a_contact_are_masked(office, at, city):
    office.post(
        at("new_contact"),
        {"email": "a@example.com", "name": "4111 1111 1111 1111", "field_city": "4111111111111111"},
    )
    contact = Contact.objects.get()
    assert "4111 1111" not in contact.name
    assert "41111111" not in contact.fields["city"]


def test_lists_fields_and_forms_are_made_on_their_pages(office, at, in_scope):
    office.post(at("new_list"), {"name": "Offers", "is_public": "on"})
    one = ContactList.objects.get()
    office.post(
        at("new_field"), {"label": "Size", "key": "size", "kind": "choice", "choices_text": "S\nM"}
    )
    assert CustomField.objects.get().choices == ["S", "M"]
    refused = office.post(at("new_field"), {"label": "x", "key": "contains", "kind": "text"})
    assert refused.status_code == 200
    office.post(
        at("new_form"),
        {"name": "F", "contact_list": one.pk, "heading": "Hi", "consent_text": "Yes", "is_open": "on",
         "asked_fields": ["size"]},
    )  # fmt: skip
    form = OptInForm.objects.get()
    assert form.field_keys == ["size"]
    assert form.wording.version == 1
    office.post(
        at("edit_form", form.public_id),
        {"name": "F", "contact_list": one.pk, "heading": "Hi", "consent_text": "Yes!"},
    )
    form.refresh_from_db()
    assert form.wording.version == 2


def test_a_segment_is_built_without_javascript(office, at, ines, news):
    page = office.post(
        at("new_segment"), {"name": "", "n-op": "all", "n-add": "audience.list", "do": "add n"}
    )
    assert 'name="n.0-list"' in page.content.decode()
    values = {
        "n-op": "all",
        "n.0-kind": "audience.list",
        "n.0-how": "subscribed",
        "n.0-list": news.public_id,
    }
    grouped = office.post(at("new_segment"), values | {"do": "group n"}).content.decode()
    assert 'name="n.1-op"' in grouped
    removed = office.post(at("new_segment"), values | {"do": "remove n.0"}).content.decode()
    assert 'name="n.0-kind"' not in removed
    count = office.post(at("count_segment"), values).content.decode()
    assert '<strong class="number">1</strong>' in count
    office.post(at("new_segment"), values | {"do": "save", "name": "Readers"})
    segment = Segment.objects.get()
    assert office.get(at("segment", segment.public_id)).status_code == 200
    assert "subscribed to “News”" in office.get(at("segments")).content.decode()
    assert "ines@" in office.get(at("contacts"), {"segment": segment.public_id}).content.decode()


def test_whoever_may_not_change_may_not_add_and_orders_staff_see_nobody(member, at, ines):
    reader, orders = member(Role.READ_ONLY), member("orders")
    assert reader.get(at("contacts")).status_code == 200
    assert reader.get(at("new_contact")).status_code == 403
    assert orders.get(at("contacts")).status_code == 403
    assert orders.get(at("contact", ines.public_id)).status_code == 403


def test_a_form_needs_a_list_first(office, at, in_scope):
    assert office.get(at("new_form")).url == at("new_list")


def test_the_list_of_segments_asks_as_often_for_many_as_for_one(office, at, in_scope, city):
    def make(number):
        one = save_list(merchant=in_scope, by=SYSTEM, name=f"List {number}")
        conditions = [
            {"kind": "audience.list", "values": {"how": "subscribed", "list": one.public_id}},
            {"kind": "audience.field", "values": {"key": "city", "how": "is", "value": "Graz"}},
        ]
        definition = {"op": "all", "of": conditions}
        save_segment(merchant=in_scope, by=SYSTEM, name=f"S {number}", definition=definition)

    def cost():
        with CaptureQueriesContext(connection) as asked:
            page = office.get(at("segments")).text
        return len(asked), page

    make(1)
    office.get(at("segments"))
    one, page = cost()
    assert "“List 1”" in page
    assert "Graz" in page
    make(2)
    make(3)
    many, page = cost()
    assert "“List 3”" in page
    assert many == one


def test_a_saved_segment_is_shown_with_its_words(office, at, ines, news):
    values = {
        "n-op": "all",
        "n.0-kind": "audience.list",
        "n.0-how": "subscribed",
        "n.0-list": news.public_id,
    }
    answer = office.post(at("new_segment"), values | {"do": "save", "name": "Readers"}, follow=True)
    assert "People who are subscribed to “News”." in answer.content.decode()
    assert '<strong class="number">1</strong>' in answer.content.decode()
