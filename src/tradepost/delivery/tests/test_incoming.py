"""What comes to the addresses that every mail domain has, and to the shops' own."""

import email
import hashlib
import random
from email.message import EmailMessage

import pytest
from django_scopes import scopes_disabled

from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.delivery.actions import receive as receiving
from tradepost.delivery.actions import suppress
from tradepost.delivery.actions.receive import NotOurs, is_ours, receive, take
from tradepost.delivery.incoming import store
from tradepost.delivery.models import Handover, IncomingMail, Mail, Mailing, Suppression
from tradepost.delivery.outgoing.tokens import make_tokens
from tradepost.delivery.queries import is_suppressed, mail_domain
from tradepost.delivery.tests.test_returned_mail import address, dsn, plain
from tradepost.delivery.types import HandoverState, SuppressionReason

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(engine, mailing_of, server):
    mailing_of(1)
    engine.run_until_idle()
    return Handover.objects.get()


@pytest.fixture
def letter(sent, server):
    """The letter as the relay got it."""
    return server.messages[0].data


def arf(quoted, kind="abuse", fields=""):
    """A feedback report that names nobody, as Yahoo and Comcast send them."""
    return (
        (
            "From: feedback@provider.example\r\nTo: fbl@post.example\r\nSubject: FW: news\r\n"
            "MIME-Version: 1.0\r\n"
            'Content-Type: multipart/report; report-type=feedback-report; boundary="B"\r\n\r\n'
            "--B\r\nContent-Type: text/plain\r\n\r\nThis is an abuse report.\r\n"
            "--B\r\nContent-Type: message/feedback-report\r\n\r\n"
            f"Feedback-Type: {kind}\r\nUser-Agent: Loop/1.0\r\nVersion: 1\r\n{fields}\r\n"
            "--B\r\nContent-Type: message/rfc822\r\n\r\n"
        ).encode()
        + quoted
        + b"\r\n--B--\r\n"
    )


def only(letter, *names):
    """The letter with these headers alone, and the person's address taken out."""
    message = email.message_from_bytes(letter)
    kept = "".join(f"{name}: {message[name]}\r\n" for name in names if message[name])
    return f"To: redacted@provider.example\r\n{kept}\r\nNews.\r\n".encode()


def at(local):
    return f"{local}@{mail_domain()}"


@pytest.mark.parametrize("local", ["fbl", "abuse", "postmaster", "complaints", "ember-leather"])
@pytest.mark.parametrize("header", ["Message-ID", "List-Unsubscribe"])
def test_a_feedback_report_finds_the_person_by_what_we_signed(
    local, header, sent, letter, hello, in_scope
):
    report = arf(only(letter, header))
    assert receive(recipient=at(local), content=report) == "complaint"
    assert receive(recipient=at(local), content=report) == "complaint"  # twice is once
    assert is_suppressed(address=sent.address, merchant_id=in_scope.pk) == "complaint"
    assert hello.off[0] == (1, SuppressionReason.COMPLAINT)
    assert Mailing.objects.get().complained == 1
    assert not IncomingMail.objects.exists()


def test_a_return_path_in_the_report_is_enough(sent, letter, in_scope):
    fields = f"Original-Mail-From: <{address(sent)}>\r\n"
    report = arf(only(letter), fields=fields)
    assert receive(recipient=at("fbl"), content=report) == "complaint"
    assert is_suppressed(address=sent.address, merchant_id=in_scope.pk) == "complaint"


def test_a_report_at_an_unsubscribe_address_is_a_complaint(sent, letter, in_scope):
    recipient = address(sent, "unsubscribe")
    assert receive(recipient=recipient, content=arf(only(letter))) == "complaint"
    assert is_suppressed(address=sent.address, merchant_id=in_scope.pk) == "complaint"


def test_whoever_sends_our_letter_to_abuse_complains_and_is_read(sent, letter, in_scope):
    message = EmailMessage()
    message["From"] = "Ann <ann@people.example>"
    message["Subject"] = "Stop this"
    message.set_content("I never asked for it.")
    message.add_attachment(email.message_from_bytes(letter, policy=message.policy))
    assert receive(recipient=at("abuse"), content=message.as_bytes()) == "forwarded"
    assert is_suppressed(address=sent.address, merchant_id=in_scope.pk) == "complaint"


def _forgeries(letter, row):
    token = make_tokens("message", "handover", [row.pk])[0]
    altered = token[:-1] + ("0" if token[-1] != "0" else "1")
    return {
        "altered": letter.replace(token.encode(), altered.encode()),
        "of another domain": f"Message-ID: <{token}@other.example>\r\n\r\nx".encode(),
        "a return path as Message-ID": b"Message-ID: <%b@%b>\r\n\r\nx"
        % (make_tokens("bounce", "handover", [row.pk])[0].encode(), mail_domain().encode()),
        "no token": f"Message-ID: <{row.pk}@{mail_domain()}>\r\n\r\nx".encode(),
    }


@pytest.mark.parametrize(
    "how", ["altered", "of another domain", "a return path as Message-ID", "no token"]
)
def test_a_forged_report_changes_nothing_and_is_kept(how, sent, letter, hello):
    forged = only(_forgeries(letter, sent)[how], "Message-ID")
    receive(recipient=at("fbl"), content=arf(forged))
    assert not Suppression.objects.exists()
    assert hello.off == []
    assert Mailing.objects.get().complained == 0
    with scopes_disabled():
        kept = IncomingMail.objects.get()
    assert (kept.merchant_id, kept.why) == (None, "report")


def test_this_is_no_spam_changes_nothing(sent, letter):
    assert receive(recipient=at("fbl"), content=arf(letter, kind="not-spam")) == "other"
    assert not Suppression.objects.exists()


def test_a_bounce_that_came_to_the_sender_is_counted(sent, letter):
    report = dsn().replace(
        b"--B--",
        b"--B\nContent-Type: text/rfc822-headers\n\n" + only(letter, "Message-ID") + b"\n--B--",
    )
    assert receive(recipient=at("ember-leather"), content=report) == "hard"
    sent.refresh_from_db()
    assert sent.state == HandoverState.BOUNCED


def test_an_answer_to_a_letter_is_no_bounce_whatever_it_says(sent, letter, in_scope):
    message = EmailMessage()
    message["From"] = "ann@people.example"
    message["Subject"] = "Re: your parcel was not delivered"
    message["In-Reply-To"] = email.message_from_bytes(letter)["Message-ID"]
    message.set_content("Mailbox unavailable? My parcel could not be delivered, user unknown.")
    receive(recipient=at("ember-leather"), content=message.as_bytes())
    sent.refresh_from_db()
    assert sent.state == HandoverState.SENT
    assert IncomingMail.objects.get().sender == "ann@people.example"


def test_a_complaint_about_a_receipt_ends_news_and_no_receipts(engine, server, in_scope):
    Mail.objects.create(
        merchant=in_scope, address="ann@people.example", template="delivery/receipt",
        is_service=True, subject="Your order", text="Thank you.",
    )  # fmt: skip
    engine.run_until_idle()
    report = arf(only(server.messages[0].data, "Message-ID"))
    assert receive(recipient=at("fbl"), content=report) == "complaint"
    where = {"address": "ann@people.example", "merchant_id": in_scope.pk}
    assert is_suppressed(**where) == "complaint"
    assert is_suppressed(**where, service=True) is None


def test_a_complaint_of_somebody_who_had_left_is_a_complaint(sent, letter, in_scope):
    suppress(address=sent.address, reason=SuppressionReason.UNSUBSCRIBE, merchant=in_scope)
    receive(recipient=at("fbl"), content=arf(letter))
    assert is_suppressed(address=sent.address, merchant_id=in_scope.pk) == "complaint"


# Letters of people ---------------------------------------------------------------------------------


def written(to, **headers):
    message = EmailMessage()
    for name, value in ({"From": "Ann <ann@people.example>", "Subject": "Hello"} | headers).items():
        message[name] = value
    message["To"] = to
    message.set_content("Where is my belt?")
    return message.as_bytes()


@pytest.mark.parametrize("local", ["postmaster", "Postmaster", "abuse", "post", "postmaster+x"])
def test_a_letter_to_a_role_goes_to_the_operator(local, db, settings):
    assert receive(recipient=at(local), content=written(at(local))) == "forwarded"
    with scopes_disabled():
        mail = Mail.objects.get()
    assert mail.address == settings.TRADEPOST.operator_email
    assert mail.reply_to == "ann@people.example"
    assert "Where is my belt?" in mail.text
    assert mail.merchant_id is None


def test_postmaster_without_a_domain_is_ours(db):
    assert is_ours("postmaster")
    assert not is_ours("abuse")


def test_a_letter_to_a_shop_goes_to_its_merchant_and_to_no_other(in_scope, other_merchant):
    recipient = at(in_scope.handle)
    assert receive(recipient=recipient, content=written(recipient)) == "forwarded"
    assert receive(recipient=recipient, content=written(recipient)) == "forwarded"
    mail = Mail.objects.get()
    assert (mail.address, mail.merchant_id) == (in_scope.contact_email, in_scope.pk)
    assert IncomingMail.objects.get().merchant_id == in_scope.pk


def test_nobody_else_is_ours(in_scope):
    for recipient in (at("anybody"), "postmaster@elsewhere.example", at("b-" + "0" * 32), at("")):
        assert not is_ours(recipient)
        with pytest.raises(NotOurs):
            receive(recipient=recipient, content=written(recipient))


@pytest.mark.parametrize(
    ("sender", "headers"),
    [
        ("", {}),
        (None, {"Precedence": "bulk"}),
        (None, {"List-Id": "<x.example>"}),
        (None, {"From": "post@{domain}"}),
    ],
)
def test_what_machines_write_is_kept_and_not_sent_round(sender, headers, in_scope):
    headers = {name: value.format(domain=mail_domain()) for name, value in headers.items()}
    content = written(at("postmaster"), **headers)
    assert receive(recipient=at("postmaster"), content=content, sender=sender) == "kept"
    with scopes_disabled():
        assert IncomingMail.objects.count() == 1
        assert not Mail.objects.exists()


def test_an_operator_whose_address_is_here_gets_no_mail_in_circles(db, settings, in_scope):
    type(in_scope).objects.filter(pk=in_scope.pk).update(contact_email=at(in_scope.handle))
    recipient = at(in_scope.handle)
    assert receive(recipient=recipient, content=written(recipient)) == "kept"


def test_spam_to_postmaster_is_mailed_on_fifty_times_a_day(db):
    for number in range(55):
        receive(recipient=at("postmaster"), content=written(at("postmaster"), Subject=f"{number}"))
    with scopes_disabled():
        assert Mail.objects.count() == 50
        assert IncomingMail.objects.count() == 55


def test_erasing_a_person_takes_their_letters_and_the_copies_of_one_shop(in_scope, other_merchant):
    for shop in (in_scope, other_merchant):
        receive(recipient=at(shop.handle), content=written(at(shop.handle)))
        about = written(at(shop.handle), From="bob@people.example", Subject="ANN@people.example")
        receive(recipient=at(shop.handle), content=about)
    store.erase(SubjectRef(Subject.CUSTOMER, "ann@people.example", in_scope.pk))
    with scopes_disabled():
        left = IncomingMail.objects.values_list("merchant_id", flat=True)
        assert list(left) == [other_merchant.pk] * 2
        copies = Mail.objects.filter(reply_to="ann@people.example")
        assert [mail.merchant_id for mail in copies] == [other_merchant.pk]
        assert len(list(store.scan(b"ann@people.example"))) == 2


def test_an_error_of_ours_loses_no_message(sent, monkeypatch):
    monkeypatch.setattr(receiving, "_turn_off", lambda row, why: 1 / 0)
    assert take(recipient=address(sent, "unsubscribe"), content=plain()) == "kept"
    with scopes_disabled():
        assert IncomingMail.objects.get().why == "unread"


def test_two_thousand_damaged_messages_crash_nothing_and_none_is_lost(sent, letter, settings):
    """Every one is acted on, understood as idle, or kept with its bytes."""
    dice = random.Random(20261130)
    samples = [
        arf(letter), dsn(), plain(), written(at("abuse")), arf(only(letter, "List-Unsubscribe")),
        plain(Auto_Submitted="auto-replied"), letter, b"", b"\0" * 50, bytes(range(256)) * 4,
    ]  # fmt: skip
    places = [at("fbl"), at("postmaster"), at("ember-leather"), address(sent), at("dmarc")]
    said = {}
    for _ in range(2000):
        content = _damaged(dice, dice.choice(samples))
        recipient = dice.choice(places)
        done = take(recipient=recipient, content=content, sender="x@people.example")
        said[done] = said.get(done, 0) + 1
        if done in {"kept", "forwarded"}:
            digest = hashlib.sha256(recipient.encode() + b"\0" + content).hexdigest()
            with scopes_disabled():
                assert bytes(IncomingMail.objects.get(digest=digest).content) == content
    assert set(said) <= {
        *("kept", "forwarded", "complaint", "hard", "soft", "other", "auto-reply", "unsubscribed"),
    }
    assert said["kept"] > 100


def _damaged(dice, content):
    content = bytearray(content)
    for _ in range(dice.randrange(1, 8)):
        where = dice.randrange(len(content) + 1)
        match dice.randrange(5):
            case 0:
                del content[where : where + dice.randrange(1, 200)]
            case 1:
                content[where:where] = dice.randbytes(dice.randrange(1, 40))
            case 2:
                content[where:where] = bytes(content[: dice.randrange(1, 300)])
            case 3 if content:
                content[where % len(content)] = dice.randrange(256)
            case _:
                content[where:where] = dice.choice(
                    [b"\r\n", b"\r\n\r\n", b"--B\r\n", b"=?utf-8?b?=="]
                )
    return bytes(content)
