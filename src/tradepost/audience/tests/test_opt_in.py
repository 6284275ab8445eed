import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from tradepost.audience import links, queries
from tradepost.audience.actions.contacts import change_contact
from tradepost.audience.actions.subscribe import subscribe
from tradepost.audience.actions.unsubscribe import unsubscribe
from tradepost.audience.consent import records
from tradepost.audience.models import ConsentRecord, Contact, ListMembership, PendingSubscription
from tradepost.audience.types import ConsentKind, ConsentMissing, ContactSource, PersonUnsubscribed
from tradepost.audit.types import PERSON, SYSTEM
from tradepost.datamap.subjects import email_key
from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery.actions import suppress
from tradepost.delivery.models import Mail
from tradepost.delivery.queries import is_suppressed
from tradepost.delivery.types import SuppressionReason
from tradepost.rights.models import Stop


def test_a_pending_person_is_no_contact_and_a_scanner_confirms_nobody(
    client, post_form, confirm_link
):
    assert post_form().status_code == 302
    assert PendingSubscription.objects.count() == 1
    assert client.get(confirm_link()).status_code == 200
    assert Contact.objects.count() == 0
    assert Mail.objects.count() == 1


def test_pressing_the_button_makes_a_contact_with_its_consents(
    client, post_form, confirm_link, news, in_scope
):
    post_form(name="Ines", field_city="Berlin", tracking="on")
    answer = client.post(confirm_link(), REMOTE_ADDR="203.0.113.77")
    assert "Welcome!" in answer.content.decode()
    contact = Contact.objects.get()
    assert (contact.email, contact.name, contact.fields) == (
        "ines@example.com",
        "Ines",
        {"city": "Berlin"},
    )
    records = {record.kind: record for record in queries.consents_of(contact)}
    assert set(records) == {"newsletter", "tracking"}
    assert records["newsletter"].wording.text == "Yes, write to me once a month."
    assert records["newsletter"].network == "203.0.113.0"
    assert "ines" not in records["newsletter"].email_key
    assert list(queries.mailable_contacts(merchant=in_scope, contact_list=news)) == [contact]
    assert queries.tracked_contacts(merchant=in_scope, contact_ids=[contact.pk]) == {contact.pk}
    assert PendingSubscription.objects.count() == 0


def test_the_link_works_once(client, post_form, confirm_link):
    post_form()
    link = confirm_link()
    client.post(link)
    assert client.post(link).status_code == 404
    assert client.get("/subscriptions/forged/").status_code == 404


def test_asked_again_with_less_nothing_said_before_is_lost_and_the_owner_sees_what_was_said(
    client, post_form, confirm_link
):
    post_form(name="Ines Vogel", field_city="Berlin")
    post_form()
    page = client.get(confirm_link()).text
    assert "Ines Vogel" in page
    assert "Berlin" in page
    client.post(confirm_link())
    contact = Contact.objects.get()
    assert (contact.name, contact.fields) == ("Ines Vogel", {"city": "Berlin"})


def test_tracking_is_not_assumed(client, post_form, confirm_link):
    post_form()
    client.post(confirm_link())
    assert not ConsentRecord.objects.filter(kind=ConsentKind.TRACKING).exists()


def test_without_the_tick_nobody_is_asked(client, post_form):
    answer = post_form(consent="")
    assert answer.status_code == 422
    assert Mail.objects.count() == 0


def test_every_address_gets_the_same_answer(client, post_form, confirm_link, in_scope):
    post_form()
    client.post(confirm_link())
    suppress(address="gone@example.com", reason=SuppressionReason.BOUNCE, merchant=in_scope)
    answers = [post_form(email) for email in ("ines@example.com", "gone@example.com", "n@new.eu")]
    assert len({(answer.status_code, answer.url) for answer in answers}) == 1
    assert list(Mail.objects.values_list("address", flat=True)) == ["ines@example.com", "n@new.eu"]


def test_a_list_bomber_causes_one_mail_a_day(post_form, in_scope):
    for _try in range(5):
        post_form()
    assert Mail.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        post_form()
    assert Mail.objects.count() == 2


def test_one_network_cannot_type_in_a_phone_book(post_form):
    statuses = [post_form(f"p{n}@example.com").status_code for n in range(32)]
    assert statuses[29:] == [302, 429, 429]


def test_a_machine_that_fills_the_trap_gets_the_same_answer_and_no_mail(post_form):
    assert post_form(company_website="http://spam.example").status_code == 302
    assert Mail.objects.count() == 0


def test_whoever_left_may_come_back_by_the_form_but_not_by_staff(
    client, post_form, confirm_link, news, in_scope
):
    post_form()
    client.post(confirm_link())
    contact = Contact.objects.get()
    unsubscribe(contact=contact, how="one-click", by=PERSON)
    assert not queries.mailable_contacts(merchant=in_scope).exists()
    assert ConsentRecord.objects.get(kind=ConsentKind.NEWSLETTER).withdrawn_at
    with pytest.raises(PersonUnsubscribed):
        subscribe(
            merchant=in_scope,
            email=contact.email,
            contact_list=news,
            consent_text="They said so on the phone.",
            source=ContactSource.BY_HAND,
            by=SYSTEM,
        )
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        post_form()
        client.post(confirm_link())
    assert queries.mailable_contacts(merchant=in_scope).get() == contact


def test_nobody_is_subscribed_without_a_stated_consent(in_scope, news):
    with pytest.raises(ConsentMissing):
        subscribe(
            merchant=in_scope,
            email="a@example.com",
            contact_list=news,
            consent_text=" ",
            source=ContactSource.API,
            by=SYSTEM,
        )


def test_a_restricted_person_is_not_mailable(client, post_form, confirm_link, in_scope):
    post_form()
    client.post(confirm_link())
    Stop.objects.create(merchant=in_scope, subject_key=Contact.objects.get().email_key)
    assert not queries.mailable_contacts(merchant=in_scope).exists()


@pytest.mark.parametrize("way", ["form", "preferences"])
def test_whoever_objected_and_subscribes_by_their_own_hand_is_written_to_again(
    client, post_form, confirm_link, news, in_scope, way
):
    post_form()
    client.post(confirm_link())
    contact = Contact.objects.get()
    unsubscribe(contact=contact, how="one-click", by=PERSON)
    suppress(address=contact.email, reason=SuppressionReason.UNSUBSCRIBE, merchant=in_scope)
    Stop.objects.create(
        merchant=in_scope, subject_key=contact.email_key, purpose=Purpose.NEWSLETTERS.value
    )
    if way == "form":
        with time_machine.travel(timezone.now() + timedelta(days=2)):
            post_form()
            client.post(confirm_link())
    else:
        address = reverse("audience:preferences", args=[links.preferences_token(contact.pk)])
        client.post(address, {"lists": [news.public_id]})
    assert queries.mailable_contacts(merchant=in_scope).get() == contact
    assert is_suppressed(address=contact.email, merchant_id=in_scope.pk) is None


def test_a_restriction_outlasts_a_new_subscription(client, post_form, confirm_link, in_scope):
    post_form()
    link = confirm_link()
    Stop.objects.create(merchant=in_scope, subject_key=email_key("ines@example.com"))
    client.post(link)
    assert not queries.mailable_contacts(merchant=in_scope).exists()


def test_a_person_settles_their_own_preferences(client, post_form, confirm_link, news):
    post_form()
    client.post(confirm_link())
    contact = Contact.objects.get()
    address = reverse("audience:preferences", args=[links.preferences_token(contact.pk)])
    assert client.get(address).status_code == 200
    answer = client.post(
        address, {"lists": [], "name": "Ines V.", "language": "de", "tracking": "on"}
    )
    assert "saved" in answer.content.decode()
    contact.refresh_from_db()
    assert (contact.name, contact.language) == ("Ines V.", "de")
    assert ListMembership.objects.get().state == "unsubscribed"
    assert records.has_consent(
        merchant=contact.merchant, email=contact.email, kind=ConsentKind.TRACKING
    )
    client.post(address, {"lists": [news.public_id], "tracking": ""})
    assert ListMembership.objects.get().state == "subscribed"
    client.post(address, {"leave": "yes"})
    assert ListMembership.objects.get().state == "unsubscribed"


def test_staff_cannot_put_together_a_preference_link(client, in_scope, post_form, confirm_link):
    post_form()
    client.post(confirm_link())
    contact = Contact.objects.get()
    assert client.get(reverse("audience:preferences", args=[contact.public_id])).status_code == 404


def test_whoever_mends_a_slip_at_once_is_no_machine(client, optin):
    address = reverse("audience:subscribe", args=[optin.public_id])
    with time_machine.travel("2026-05-03T10:00:00Z", tick=False) as clock:
        stamp = re.search(r'name="opened" value="([^"]+)"', client.get(address).text)[1]
        clock.shift(20)
        given = {"email": "ines@example.com", "opened": stamp}
        again = client.post(address, given).text
        assert "Without this tick" in again
        clock.shift(1)
        kept = re.search(r'name="opened" value="([^"]+)"', again)[1]
        client.post(address, given | {"opened": kept, "consent": "on"})
    assert Mail.objects.count() == 1


def test_the_evidence_names_the_site_that_the_form_was_pasted_into(client, optin, confirm_link):
    address = reverse("audience:subscribe", args=[optin.public_id])
    given = {"email": "ines@example.com", "consent": "on"}
    client.post(address, given, headers={"origin": "https://blog.example"})
    client.post(confirm_link())
    where = ConsentRecord.objects.get(kind=ConsentKind.NEWSLETTER).where
    assert where == f"{address} (blog.example)"


def test_an_address_in_the_query_of_a_prefilled_form_is_no_evidence(client, optin, confirm_link):
    address = reverse("audience:subscribe", args=[optin.public_id])
    given = {"email": "ines@example.com", "consent": "on"}
    client.post(f"{address}?src=shop&email=ines@example.com", given)
    client.post(confirm_link())
    assert ConsentRecord.objects.get(kind=ConsentKind.NEWSLETTER).where == address


def test_an_address_that_was_changed_agrees_to_nothing_any_more(
    client, post_form, confirm_link, in_scope
):
    post_form(tracking="on")
    client.post(confirm_link())
    change_contact(contact=Contact.objects.get(), by=SYSTEM, email="new@example.com")
    assert not ConsentRecord.objects.filter(withdrawn_at=None).exists()
    assert not queries.mailable_contacts(merchant=in_scope).exists()


def test_the_form_can_be_posted_from_another_site_without_cookies(optin, post_form):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(
        reverse("audience:subscribe", args=[optin.public_id]),
        {"email": "far@example.com", "consent": "on"},
        headers={"origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 302
    assert not strict.cookies
