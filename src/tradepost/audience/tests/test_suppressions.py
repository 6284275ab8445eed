"""The list of addresses that are never written to, in the back office."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.actions.subscribe import subscribe
from tradepost.audience.models import ListMembership
from tradepost.audience.types import ContactSource, MembershipState
from tradepost.audit.models import Entry
from tradepost.audit.types import SYSTEM
from tradepost.delivery.actions import suppress
from tradepost.delivery.bounces.scores import note_bounce
from tradepost.delivery.models import IncomingMail, Suppression
from tradepost.delivery.queries import is_suppressed, suppression_key
from tradepost.delivery.types import BounceKind, SuppressionReason
from tradepost.merchants.types import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines(in_scope):
    return upsert_contact(
        merchant=in_scope, email="ines@example.com", source=ContactSource.BY_HAND, by=SYSTEM
    )


def page(office, merchant, **asked):
    return office.get(reverse("audience_office:suppressions", args=[merchant.handle]), asked)


def post(office, merchant, **data):
    return office.post(reverse("audience_office:suppressions", args=[merchant.handle]), data)


def lift(office, merchant, address, reason="the mailbox is mended", **more):
    data = {"key": suppression_key(address), "reason": reason} | more
    where = reverse("audience_office:lift_suppression", args=[merchant.handle])
    return office.post(where, data, follow=True)


def test_the_list_shows_contacts_by_address_and_others_by_cause_alone(office, in_scope, ines):
    suppress(address=ines.email, reason=SuppressionReason.BOUNCE, merchant=in_scope)
    suppress(address="gone@example.com", reason=SuppressionReason.ERASURE, merchant=in_scope)
    text = page(office, in_scope).content.decode()
    assert "ines@example.com" in text
    assert "gone@example.com" not in text
    assert "no contact of yours" in text
    only = page(office, in_scope, cause="erasure").content.decode()
    assert "ines@example.com" not in only


def test_an_address_is_found_typed_whole_and_in_any_spelling(office, in_scope):
    suppress(address="gone@example.com", reason=SuppressionReason.COMPLAINT, merchant=in_scope)
    text = page(office, in_scope, q=" Gone@Example.COM ").content.decode()
    assert "The person reported a letter as spam" in text
    assert "is not on the list" in page(office, in_scope, q="other@example.com").content.decode()
    assert "Type the whole address" in page(office, in_scope, q="gone@").content.decode()


def test_another_shops_list_is_another_shops(office, in_scope, other_merchant):
    suppress(address="gone@example.com", reason=SuppressionReason.BOUNCE, merchant=other_merchant)
    assert "is not on the list" in page(office, in_scope, q="gone@example.com").content.decode()
    lift(office, in_scope, "gone@example.com")
    assert is_suppressed(address="gone@example.com", merchant_id=other_merchant.pk) == "bounce"


def test_another_shops_rows_are_neither_listed_nor_exported(office, in_scope, other_merchant, ines):
    suppress(address=ines.email, reason=SuppressionReason.COMPLAINT, merchant=other_merchant)
    assert ines.email not in page(office, in_scope).content.decode()
    where = reverse("audience_office:export_suppressions", args=[in_scope.handle])
    lines = b"".join(office.post(where).streaming_content).decode().splitlines()
    assert lines == ["address,hash,cause,since"]


@pytest.mark.parametrize("cause", [SuppressionReason.BOUNCE, SuppressionReason.MANUAL])
def test_what_may_be_mended_is_lifted_with_a_reason_that_is_kept(cause, office, in_scope):
    suppress(address="ines@example.com", reason=cause, merchant=in_scope)
    lift(office, in_scope, "ines@example.com")
    assert is_suppressed(address="ines@example.com", merchant_id=in_scope.pk) is None
    entry = Entry.objects.get(action="audience.lift_suppression")
    assert (entry.reason, entry.detail["cause"]) == ("the mailbox is mended", cause.value)


@pytest.mark.parametrize("cause", ["unsubscribe", "complaint", "erasure"])
def test_what_the_person_asked_for_no_merchant_lifts(cause, office, in_scope):
    suppress(address="ines@example.com", reason=SuppressionReason(cause), merchant=in_scope)
    answer = lift(office, in_scope, "ines@example.com")
    assert "Only this person can come back" in answer.content.decode()
    assert is_suppressed(address="ines@example.com", merchant_id=in_scope.pk) == cause
    assert not Entry.objects.filter(action="audience.lift_suppression").exists()


@pytest.mark.parametrize("reason", ["", "   ", "ann@example.com said so", "x" * 201])
def test_without_a_usable_reason_nothing_is_lifted(reason, office, in_scope):
    suppress(address="ines@example.com", reason=SuppressionReason.BOUNCE, merchant=in_scope)
    answer = lift(office, in_scope, "ines@example.com", reason=reason)
    assert "Nothing was lifted" in answer.content.decode()
    assert is_suppressed(address="ines@example.com", merchant_id=in_scope.pk)


def test_what_holds_everywhere_is_not_the_merchants_to_lift(office, in_scope):
    suppress(address="ines@example.com", reason=SuppressionReason.BOUNCE)
    assert "every shop of this installation" in (
        page(office, in_scope, q="ines@example.com").content.decode()
    )
    lift(office, in_scope, "ines@example.com")
    assert is_suppressed(address="ines@example.com", merchant_id=in_scope.pk)


def test_lifting_a_bounce_counts_afresh(office, in_scope):
    suppress(address="ines@example.com", reason=SuppressionReason.BOUNCE, merchant=in_scope)
    note_bounce(merchant_id=in_scope.pk, address="ines@example.com", kind=BounceKind.HARD)
    lift(office, in_scope, "ines@example.com")
    note_bounce(merchant_id=in_scope.pk, address="ines@example.com", kind=BounceKind.HARD)
    assert is_suppressed(address="ines@example.com", merchant_id=in_scope.pk) is None


# Adding --------------------------------------------------------------------------------------------


def test_a_pasted_list_is_added_whatever_else_stands_in_its_lines(office, in_scope):
    text = 'E-mail,Name\n"A@Example.com",Ann\n  b@example.com \nnot an address\n\nc@exam_ple,x\n'
    answer = post(office, in_scope, addresses=text, cause="unsubscribe")
    said = answer.content.decode()
    assert "line 4: not an address" in said
    assert "line 6" in said
    for address in ("a@example.com", "b@example.com"):
        assert is_suppressed(address=address, merchant_id=in_scope.pk) == "unsubscribe"
    assert Suppression.objects.count() == 2


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_any_usual_charset(charset, office, in_scope):
    content = "adresse;name\r\na@example.com;Jörg\r\nb@example.com;Ö\r\n".encode(charset)
    file = SimpleUploadedFile("list.csv", content)
    assert post(office, in_scope, file=file, cause="bounce").status_code == 302
    assert Suppression.objects.filter(reason="bounce").count() == 2


def test_twice_is_once_and_a_complaint_wins(office, in_scope):
    post(office, in_scope, addresses="a@example.com", cause="unsubscribe")
    post(office, in_scope, addresses="a@example.com\nA@example.com", cause="complaint")
    post(office, in_scope, addresses="a@example.com", cause="bounce")
    row = Suppression.objects.get()
    assert (row.reason, row.merchant_id) == ("complaint", in_scope.pk)


def test_whoever_left_elsewhere_leaves_the_lists_here(office, in_scope, news):
    subscribe(
        merchant=in_scope, email="ines@example.com", contact_list=news, consent_text="Yes.",
        source=ContactSource.BY_HAND, by=SYSTEM,
    )  # fmt: skip
    post(office, in_scope, addresses="ines@example.com", cause="unsubscribe")
    assert ListMembership.objects.get().state == MembershipState.UNSUBSCRIBED


@pytest.mark.parametrize(
    "data", [{"addresses": "", "cause": "bounce"}, {"addresses": "no address", "cause": "bounce"}]
)
def test_nothing_to_add_is_said(data, office, in_scope):
    said = post(office, in_scope, **data).content.decode()
    assert ("Paste addresses, or choose a file." in said) is (not data["addresses"])
    assert ("There is no address in it." in said) is bool(data["addresses"])
    assert not Suppression.objects.exists()


def test_an_export_names_contacts_and_no_others(office, in_scope, ines):
    suppress(address=ines.email, reason=SuppressionReason.BOUNCE, merchant=in_scope)
    suppress(address="gone@example.com", reason=SuppressionReason.ERASURE, merchant=in_scope)
    where = reverse("audience_office:export_suppressions", args=[in_scope.handle])
    text = b"".join(office.post(where).streaming_content).decode()
    assert f"ines@example.com,{suppression_key(ines.email)},bounce," in text
    assert f",{suppression_key('gone@example.com')},erasure," in text
    assert "gone@example.com" not in text


def test_who_may_only_look_changes_nothing(member, in_scope):
    reader = member(Role.READ_ONLY)
    post(reader, in_scope, addresses="a@example.com", cause="bounce")
    assert not Suppression.objects.exists()
    assert b"Add addresses" not in page(reader, in_scope).content


# On the contact ------------------------------------------------------------------------------------


def contact_page(office, merchant, contact):
    return office.get(reverse("audience_office:contact", args=[merchant.handle, contact.public_id]))


def test_the_contact_says_cause_date_and_what_to_do_and_lifts(office, in_scope, ines):
    suppress(address=ines.email, reason=SuppressionReason.BOUNCE, merchant=in_scope)
    text = contact_page(office, in_scope, ines).content.decode()
    assert "Nothing is sent to this address: bounced, since" in text
    assert "When the person says that the mailbox works, lift it." in text
    answer = lift(office, in_scope, ines.email, contact=ines.public_id)
    assert answer.redirect_chain[-1][0].endswith(f"/contacts/{ines.public_id}/")
    assert "Nothing is sent to this address" not in answer.content.decode()


def test_a_complaint_on_the_contact_has_no_button(office, in_scope, ines):
    suppress(address=ines.email, reason=SuppressionReason.COMPLAINT, merchant=in_scope)
    text = contact_page(office, in_scope, ines).content.decode()
    assert "only an opt-in form that they fill in and confirm themselves lifts it" in text
    assert "Reason for lifting it" not in text


def test_bounces_before_the_third_are_shown(office, in_scope, ines):
    note_bounce(merchant_id=in_scope.pk, address=ines.email, kind=BounceKind.HARD)
    assert "1 letter to this address came back" in (
        contact_page(office, in_scope, ines).content.decode()
    )


def test_a_contact_is_suppressed_by_hand_and_lifted_again(office, in_scope, ines):
    where = reverse("audience_office:suppress_contact", args=[in_scope.handle, ines.public_id])
    office.post(where)
    assert is_suppressed(address=ines.email, merchant_id=in_scope.pk) == "manual"
    lift(office, in_scope, ines.email)
    assert is_suppressed(address=ines.email, merchant_id=in_scope.pk) is None


def test_whoever_complained_comes_back_by_the_form_and_the_mail(
    client, in_scope, post_form, confirm_link
):
    suppress(address="ines@example.com", reason=SuppressionReason.COMPLAINT, merchant=in_scope)
    post_form()
    assert is_suppressed(address="ines@example.com", merchant_id=in_scope.pk) == "complaint"
    client.post(confirm_link())
    assert is_suppressed(address="ines@example.com", merchant_id=in_scope.pk) is None


def test_mail_that_came_in_is_shown_as_text_whatever_it_holds(office, in_scope):
    row = IncomingMail.objects.create(
        merchant=in_scope, digest="0", why="letter", recipient="x@post.example",
        sender="ann@people.example", subject="<script>alert(1)</script>", text="<b>hello</b>",
        content=b"\0\xff<img src=x>",
    )  # fmt: skip
    where = reverse("audience_office:incoming", args=[in_scope.handle])
    listed = office.get(where).content.decode()
    assert "&lt;script&gt;" in listed
    one = office.get(f"{where}{row.public_id}/").content.decode()
    assert "&lt;b&gt;hello&lt;/b&gt;" in one
    assert "&lt;img src=x&gt;" in one
