"""Reading a shop's mail in an emergency, as two operators, a shop and a stranger meet it over HTTP."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django_scopes import scopes_disabled

from tests.promises.mutations import assert_kept_then_broken, cases
from tradepost.assurance.promises import fixtures
from tradepost.audit.models import Entry
from tradepost.breakglass.actions import review as review_actions
from tradepost.breakglass.actions.letters import tell_over
from tradepost.breakglass.desk import pages
from tradepost.breakglass.models import MailLook, MailReview
from tradepost.delivery.models import IncomingMail, Mail
from tradepost.delivery.outgoing.tokens import make_tokens
from tradepost.identity.actions.operator import create_operator
from tradepost.identity.models import User
from tradepost.identity.probe import give_second_factor, has_just_confirmed
from tradepost.lib import clock
from tradepost.merchants.models import Merchant

pytestmark = pytest.mark.django_db
ROOT = "/operator/mail-reviews/"
REASON = "Four complaints about false invoices since this morning."


def operator(name: str, *, confirmed: bool = True) -> Client:
    account = create_operator(email=f"{name}@operator.example", name=name, password="long-word-91x")
    give_second_factor(account)
    browser = Client()
    browser.force_login(account)
    return has_just_confirmed(browser) if confirmed else browser


@pytest.fixture
def shop() -> Merchant:
    return fixtures.shop()


@pytest.fixture
def asker(db) -> Client:
    return operator("asker")


@pytest.fixture
def second(db) -> Client:
    return operator("second")


def mail_of(shop: Merchant, word: str, to: str = "anna@people.example") -> Mail:
    with scopes_disabled():
        return Mail.objects.create(
            merchant=shop,
            address=to,
            template="orders/receipt",
            subject=f"About {word}",
            text=f"Dear Anna, {word}. http://localhost:8000/privacy/link/secret/",
        )


def ask(browser: Client, shop: Merchant, **more: object):
    said = {"shop": shop.handle, "suspicion": "phishing", "reason": REASON, "scope": "shop"}
    return browser.post(f"{ROOT}ask/", said | {"hours": 4} | more)


def asked(browser: Client, shop: Merchant, **more: object) -> str:
    answer = ask(browser, shop, **more)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def opened(asker: Client, second: Client, shop: Merchant, **more: object) -> str:
    page = asked(asker, shop, **more)
    second.post(f"{page}approve/")
    return page


def test_agreed_to_it_can_be_read_is_recorded_and_the_shop_is_told(shop, asker, second):
    mail = mail_of(shop, "kestrel")
    page = opened(asker, second, shop)
    shown = fixtures.page(f"{page}outgoing/{mail.public_id}/", asker)
    assert "Dear Anna, kestrel" in shown
    assert "/privacy/link/secret" not in shown
    assert "anna@people.example" not in shown
    look = Entry.objects.get(action="breakglass.look")
    assert (look.target, look.reason, look.merchant_id) == (
        f"delivery.mail:{mail.pk}",
        REASON,
        shop.pk,
    )
    assert asker.post(f"{page}end/").status_code == 302
    (told,) = fixtures.mails_to(shop.contact_email)
    for words in (REASON, "asker", "second", "mail to one person"):
        assert words in told.text
    office = fixtures.office_of(shop)
    listed = fixtures.page(f"/office/{shop.handle}/privacy/mail-reviews/", office)
    number = re.search(r"mail-reviews/([^/\"]+)/\"", listed)[1]
    own = fixtures.page(f"/office/{shop.handle}/privacy/mail-reviews/{number}/", office)
    for words in (REASON, "asker", "second", "About kestrel"):
        assert words in own
    assert asker.get(f"{page}outgoing/{mail.public_id}/").status_code == 403


def test_nobody_reads_before_somebody_else_agreed(shop, asker, second):
    mail = mail_of(shop, "kestrel")
    page = asked(asker, shop)
    address = f"{page}outgoing/{mail.public_id}/"
    assert asker.get(address).status_code == 403
    asker.post(f"{page}approve/")
    assert asker.get(address).status_code == 403
    assert second.get(address).status_code == 403
    with scopes_disabled():
        assert MailReview.objects.get().ends_at is None


def test_only_whoever_asked_reads(shop, asker, second):
    mail = mail_of(shop, "kestrel")
    page = opened(asker, second, shop)
    assert second.get(f"{page}outgoing/{mail.public_id}/").status_code == 403
    assert fixtures.office_of(shop).get(page).status_code == 403
    assert Client().get(page).status_code == 302


def test_an_agreement_needs_a_fresh_confirmation(shop, asker):
    mail, late = mail_of(shop, "kestrel"), operator("late", confirmed=False)
    page = asked(asker, shop)
    answer = late.post(f"{page}approve/")
    assert answer.status_code == 302
    assert "/reauthenticate" in answer["Location"]
    assert asker.get(f"{page}outgoing/{mail.public_id}/").status_code == 403


def test_it_ends_by_itself_and_the_shop_is_told_once(shop, asker, second):
    mail = mail_of(shop, "kestrel")
    page = opened(asker, second, shop, hours=2)
    now = clock.now()
    with clock.at(now + timedelta(minutes=119)):
        assert asker.get(f"{page}outgoing/{mail.public_id}/").status_code == 200
        assert tell_over() == 0
    with clock.at(now + timedelta(minutes=121)):
        assert asker.get(f"{page}outgoing/{mail.public_id}/").status_code == 403
        assert (tell_over(), tell_over()) == (1, 0)
    assert len(fixtures.mails_to(shop.contact_email)) == 1


def test_the_shop_learns_of_it_also_when_nothing_was_read_and_not_before_the_end(
    shop, asker, second
):
    page = opened(asker, second, shop)
    office = fixtures.office_of(shop)
    told = f"/office/{shop.handle}/privacy/mail-reviews/"
    assert "None of your mail was read" in fixtures.page(told, office)
    number = page.rstrip("/").rpartition("/")[2]
    assert office.get(f"{told}{number}/").status_code == 404
    second.post(f"{page}end/")
    assert "Nothing was read." in fixtures.page(f"{told}{number}/", office)
    assert "Nothing was read." in fixtures.mails_to(shop.contact_email)[0].text


def test_refused_is_refused(shop, asker, second):
    mail = mail_of(shop, "kestrel")
    page = asked(asker, shop)
    second.post(f"{page}refuse/", {"because": "One complaint is no strong suspicion."})
    second.post(f"{page}approve/")
    assert asker.get(f"{page}outgoing/{mail.public_id}/").status_code == 403
    assert "One complaint is no strong suspicion." in fixtures.page(page, asker)
    tell_over()
    assert not fixtures.mails_to(shop.contact_email)


def test_an_old_request_lapses(shop, asker, second):
    mail = mail_of(shop, "kestrel")
    page = asked(asker, shop)
    with clock.at(clock.now() + timedelta(days=3, minutes=1)):
        second.post(f"{page}approve/")
        assert asker.get(f"{page}outgoing/{mail.public_id}/").status_code == 403
        assert "lapsed" in fixtures.page(page, asker)


def test_alone_it_cannot_be_used_and_says_so(shop, asker):
    answer = ask(asker, shop)
    assert answer.status_code == 403
    assert "Nobody reads a shop's mail alone" in answer.content.decode()
    assert "Nobody reads a shop's mail alone" in fixtures.page(ROOT, asker)
    create_operator(email="no-factor@operator.example", name="", password="long-word-91x")
    assert ask(asker, shop).status_code == 403
    with scopes_disabled():
        assert not MailReview.objects.exists()


def test_another_shops_mail_is_not_under_the_request(shop, asker, second):
    rival = fixtures.shop()
    mail = mail_of(rival, "merlin")
    page = opened(asker, second, shop)
    assert asker.get(f"{page}outgoing/{mail.public_id}/").status_code == 404
    assert asker.get(f"{page}incoming/{mail.public_id}/").status_code == 404
    assert asker.get(f"{page}nothing/{mail.public_id}/").status_code == 404
    assert (
        fixtures.office_of(rival)
        .get(f"/office/{rival.handle}/privacy/mail-reviews/{page.rstrip('/').rpartition('/')[2]}/")
        .status_code
        == 404
    )


def test_single_mails_are_named_by_their_message_ids_and_nothing_else_opens(shop, asker, second):
    one, other = mail_of(shop, "kestrel"), mail_of(shop, "osprey")
    foreign = mail_of(fixtures.shop(), "merlin")
    (token, far) = make_tokens("message", "mail", [one.pk, foreign.pk])
    refused = ask(asker, shop, scope="single", message_ids=f"<{far}@localhost>")
    assert "This shop sent no such mail" in refused.content.decode()
    page = opened(asker, second, shop, scope="single", message_ids=f"<{token}@localhost>")
    assert asker.get(f"{page}outgoing/{one.public_id}/").status_code == 200
    assert asker.get(f"{page}outgoing/{other.public_id}/").status_code == 404
    listed = fixtures.page(page, asker)
    assert one.public_id in listed
    assert other.public_id not in listed
    assert "kestrel" not in listed


def test_mail_that_came_in_is_read_without_whole_addresses(shop, asker, second):
    with scopes_disabled():
        row = IncomingMail.objects.create(
            merchant=shop,
            digest="d",
            why="unknown",
            recipient="post@localhost",
            sender="bert@people.example",
            text="Where is my parcel?",
            content=b"x",
        )
    page = opened(asker, second, shop)
    shown = fixtures.page(f"{page}incoming/{row.public_id}/", asker)
    assert "Where is my parcel?" in shown
    assert "bert@people.example" not in shown


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"reason": "Looks odd."}, "at least 20 characters"),
        ({"reason": "Complaints by anna@people.example since Monday."}, "Leave addresses out"),
        ({"hours": 25}, "At most 24 hours."),
        ({"hours": 0}, "greater than or equal to 1"),
        ({"suspicion": "curiosity"}, "curiosity"),
        ({"scope": "mailing"}, "Which mailing?"),
        ({"scope": "single"}, "Which mails?"),
    ],
)
def test_a_request_that_says_too_little_is_not_made(shop, asker, second, more, words):
    answer = ask(asker, shop, **more)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_console_shows_no_shops_mail_by_itself(shop, asker, second):
    mail_of(shop, "kestrel")
    opened(asker, second, shop)
    for page in (
        "",
        "mail/",
        "requests/",
        "disclosures/",
        "incidents/",
        "health/",
        "mail-reviews/",
    ):
        assert "kestrel" not in fixtures.page(f"/operator/{page}", asker)


def test_the_database_refuses_one_person_in_both_roles(shop, asker):
    account = User.objects.get(email="asker@operator.example")
    with scopes_disabled(), pytest.raises(IntegrityError), transaction.atomic():
        MailReview.objects.create(
            merchant=shop, scope="shop", hours=1, asked_by=account, answered_by=account
        )


def test_the_person_learns_who_read_the_mail(shop, asker, second):
    ref = fixtures.person(shop)
    mail = mail_of(shop, "kestrel", to=ref.email)
    page = opened(asker, second, shop)
    asker.get(f"{page}outgoing/{mail.public_id}/")
    assert REASON in fixtures.page("/privacy/visit/", fixtures.visit_of(shop, ref.email))
    with scopes_disabled():
        assert MailLook.objects.count() == 1


def ask_alone(monkeypatch):
    def everybody(_account):
        return list(User.objects.filter(is_operator=True))

    for module in (review_actions, pages):
        monkeypatch.setattr(module, "other_operators", everybody)


def read_for_good(monkeypatch):
    monkeypatch.setattr(review_actions, "_require_open", lambda review, by: None)


def never_tell(monkeypatch):
    monkeypatch.setattr(review_actions, "tell_shop", lambda review: False)


def look_unrecorded(monkeypatch):
    monkeypatch.setattr(review_actions, "_note", lambda *_all: None)


MUTATIONS = {"access.break-glass": [ask_alone, read_for_good, never_tell, look_unrecorded]}


@pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
def test_kept_until_broken(promise, mutate, monkeypatch):
    assert_kept_then_broken(promise, mutate, monkeypatch)
