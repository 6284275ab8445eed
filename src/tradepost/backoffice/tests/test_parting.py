"""The end of a shop: what the owner is told and given before, and what customers meet afterwards."""

import io
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.links import preferences_url
from tradepost.audience.models import ConsentWording, Contact, ContactList, OptInForm
from tradepost.audience.types import ContactSource
from tradepost.audit.types import PERSON, SYSTEM
from tradepost.backoffice.actions.everything import FOLDER, file_of
from tradepost.campaigns.tracking.tokens import UNSUBSCRIBE, signer
from tradepost.catalog.actions.products import create_product
from tradepost.checkout.models import Cart
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.jobs import storage
from tradepost.jobs.models import Job
from tradepost.merchants.actions.close import close_due, remind_due
from tradepost.merchants.actions.join import open_shop
from tradepost.merchants.models import Membership, Merchant
from tradepost.merchants.types import Role
from tradepost.orders.actions.invoice import write_invoice
from tradepost.orders.actions.pay import request_payment
from tradepost.orders.tests.drafts import place
from tradepost.payments.models import GatewayAccount, PaymentIntent
from tradepost.rights.actions.rights import restrict


@pytest.fixture
def order(merchant):
    """One order that waits, to be paid by transfer."""
    with scope(merchant=merchant):
        GatewayAccount.objects.create(
            merchant=merchant,
            gateway="bank_transfer",
            settings={"holder": "Ember", "iban": "DE89370400440532013000", "days": 14},
        )
        made = place(merchant)
        request_payment(order=made)
    return made


def ask(office, merchant, when="grace"):
    page = reverse("merchants_office:close", args=[merchant.handle])
    return office.post(page, {"when": when, "name": merchant.name}, follow=True)


def close(merchant, run_tasks):
    Merchant.objects.filter(pk=merchant.pk).update(closing_at=timezone.now())
    close_due()
    run_tasks()
    assert not Merchant.objects.filter(pk=merchant.pk).exists()


def test_before_closing_the_page_offers_the_books_and_counts_waiting_orders(
    office, merchant, order
):
    for page in (
        office.get(reverse("merchants_office:close", args=[merchant.handle])).text,
        ask(office, merchant).text,
    ):
        assert reverse("backoffice_office:everything", args=[merchant.handle]) in page
        assert "1 order waits for you" in page
        assert f"/office/{merchant.handle}/orders/?state=waiting" in page


def test_everything_is_one_file_with_orders_invoices_contacts_and_products(
    office, merchant, order, run_tasks, django_capture_on_commit_callbacks
):
    with scope(merchant=merchant):
        invoice = write_invoice(order=order)
        Contact.objects.create(merchant=merchant, email="ines@elm.example", name="Ines")
        upsert_contact(
            merchant=merchant, email="bo@elm.example", source=ContactSource.FORM, by=SYSTEM
        )
        restrict(ref=SubjectRef(Subject.CUSTOMER, "bo@elm.example", merchant.pk), by=PERSON)
        create_product(merchant=merchant, by=SYSTEM, name="Oak belt", price_minor=100)
    with django_capture_on_commit_callbacks(execute=True):
        office.post(reverse("backoffice_office:everything", args=[merchant.handle]))
    run_tasks()
    with scopes_disabled():
        job = Job.objects.get(kind="backoffice.everything")
    answer = office.get(job.result_url)
    package = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert order.email in package.read("orders.csv").decode()
    contacts = package.read("contacts.csv").decode()
    assert "ines@elm.example" in contacts
    assert "bo@elm.example" not in contacts, "all use of it is stopped"
    assert "Oak belt" in package.read("products.csv").decode()
    paper = next(name for name in package.namelist() if name.startswith("invoices/"))
    assert str(invoice) in paper
    assert package.read(paper).startswith(b"%PDF")
    assert "no-store" in answer.headers["Cache-Control"]
    close(merchant, run_tasks)
    assert file_of(job) not in [file.name for file in storage.files().list(FOLDER)], (
        "the file goes with the shop"
    )


def test_only_whoever_may_change_settings_takes_everything(member, merchant):
    page = reverse("backoffice_office:everything", args=[merchant.handle])
    for role in ("orders", "campaigns", Role.READ_ONLY):
        assert member(role).post(page).status_code == 403


def test_all_owners_hear_of_the_date_once_before_it_and_of_the_end(
    office, merchant, owner, make_user, mailbox, run_tasks, order
):
    second = make_user("second@ember.example", language="de")
    Membership.objects.create(merchant=merchant, user=second, role=Role.OWNER)
    helper = make_user("helper@ember.example")
    Membership.objects.create(merchant=merchant, user=helper, role="orders")
    owners = {owner.email, second.email}
    ask(office, merchant)
    told = mailbox("merchants/closing_date")
    assert {mail.address for mail in told} == owners
    assert f"/office/{merchant.handle}/settings/close/" in told[0].text
    assert remind_due() == 0
    with time_machine.travel(timezone.now() + timedelta(days=24)):
        assert remind_due() == 1
        assert remind_due() == 0
        assert {mail.address for mail in mailbox("merchants/closing_soon")} == owners
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        close_due()
        run_tasks()
        last = mailbox("merchants/closed")
        assert {mail.address for mail in last} == owners
        assert all(merchant.name in mail.text for mail in last)


def test_the_last_letter_is_really_sent_although_the_shop_is_gone(
    office, merchant, owner, run_tasks, post_office
):
    close(merchant, run_tasks)
    heads = [message.data for message in post_office()]
    assert any(b"Ember Leather has closed" in head for head in heads)


def test_whoever_heard_of_the_date_hears_that_the_shop_stays_open(office, merchant, owner, mailbox):
    ask(office, merchant)
    page = reverse("merchants_office:cancel_closing", args=[merchant.handle])
    assert "the shop stays open" in office.post(page, follow=True).text
    office.post(page)
    assert [mail.address for mail in mailbox("merchants/stays_open")] == [owner.email]


def test_every_link_that_customers_hold_says_that_the_shop_has_closed(
    merchant, order, run_tasks, other_merchant
):
    handle, username = merchant.handle, merchant.cart_username
    with scope(merchant=merchant):
        product = create_product(
            merchant=merchant, by=SYSTEM, name="Belt", price_minor=100, sku="BELT"
        )
        cart = Cart.objects.create(merchant=merchant)
        intent = PaymentIntent.objects.get()
        lists = ContactList.objects.create(merchant=merchant, name="News")
        wording = ConsentWording.objects.create(
            merchant=merchant, kind="marketing", version=1, text="Yes"
        )
        optin = OptInForm.objects.create(
            merchant=merchant, contact_list=lists, name="Form", wording=wording
        )
    links = [
        f"/shop/{handle}/", f"/shop/{handle}/all/", f"/shop/{handle}/search/?q=belt",
        f"/shop/{handle}/product/{product.slug}/", f"/shop/{handle}/about/imprint/",
        f"/buy/{handle}/BELT", f"/buy/{handle}/GONE",
        f"/cf/add.cfm?userid={username}&product=Hat&price=5",
        f"/cf/addmulti.cfm?userid={username.lower()}&product1=Hat&price1=5&qty1=1",
        f"/cf/review.cfm?userid={username}", f"/cf/add.cfm?userid={handle}&product=Hat&price=5",
        f"/cart/{cart.token}/", f"/checkout/{cart.token}/", f"/checkout/{cart.token}/terms/",
        f"/order/{order.token}/", f"/pay/{intent.public_id}/",
        f"/privacy/{handle}/", f"/privacy/{handle}/my-data/", f"/forms/{optin.public_id}/",
    ]  # fmt: skip
    close(merchant, run_tasks)
    for link in links:
        answer = Client().get(link)
        assert answer.status_code == 410, link
        assert "This shop has closed" in answer.text, link
        assert "/privacy/my-data/" in answer.text, link
    post = {"userid": username, "product": "Hat", "price": "5"}
    assert Client().post("/cf/add.cfm", post).status_code == 410
    assert Client().get("/order/never-was-one/").status_code == 404
    assert Client().get(f"/shop/{other_merchant.handle}/").status_code == 200


def test_unsubscribing_from_a_closed_shops_letter_succeeds(merchant, run_tasks):
    with scope(merchant=merchant):
        contact = Contact.objects.create(merchant=merchant, email="ines@elm.example")
    token = signer().token(UNSUBSCRIBE, signer().blocks(7, [contact.pk])[0])
    page = reverse("campaigns:unsubscribe", args=[token])
    preferences = preferences_url(contact.pk).partition("://")[2].partition("/")[2]
    close(merchant, run_tasks)
    one_click = Client().post(page, {"List-Unsubscribe": "One-Click"})
    assert (one_click.status_code, one_click.text) == (200, "Unsubscribed.\n")
    for link in (page, f"/{preferences}"):
        for answer in (Client().get(link), Client().post(link)):
            assert answer.status_code == 200
            assert "no more letters" in answer.text


def test_nobody_takes_the_address_of_a_closed_shop(merchant, run_tasks, make_user, other_merchant):
    close(merchant, run_tasks)
    new = open_shop(
        owner=make_user("new@elm.example"),
        country="DE",
        website="https://ember.example",
        name="Ember Leather",
    )
    assert new.handle != "ember-leather"
    assert Client().get("/shop/ember-leather/").status_code == 410
    owner = Client()
    owner.force_login(other_merchant.memberships.get().user)
    page = reverse("merchants_office:shop", args=[other_merchant.handle])
    form = owner.get(page).context["form"]
    answer = owner.post(page, form.initial | {"handle": "ember-leather"})
    assert "This address is taken." in answer.text
