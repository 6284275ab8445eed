"""The reader of returned mail: many servers' ways of saying it, courtesy of machines, broken mail."""

import random
import re
from email.message import EmailMessage
from time import process_time

import pytest

from tradepost.delivery import bounces
from tradepost.delivery.tests.bounce_samples import ANN, REPORT, SAMPLES, Sample, report
from tradepost.delivery.tests.bounce_samples_of_programs import SAMPLES_OF_PROGRAMS
from tradepost.delivery.types import BounceKind

HARD, SOFT, OTHER = BounceKind.HARD, BounceKind.SOFT, BounceKind.OTHER


def read(content):
    return bounces.read(bounces.email_of(content))


ALL = [*SAMPLES, *SAMPLES_OF_PROGRAMS]


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.name)
def test_a_servers_way_of_saying_it_is_understood(sample):
    found = read(sample.content)
    assert (found.kind, found.recipient) == (sample.kind, sample.recipient)


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.name)
def test_windows_and_old_macintosh_line_ends_change_nothing(sample):
    for end in (b"\r\n", b"\r"):
        found = read(sample.content.replace(b"\n", end))
        assert (found.kind, found.recipient) == (sample.kind, sample.recipient)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("550 5.1.1 <a@b.example>: Recipient address rejected: User unknown", HARD),
        ("550 5.1.1 The email account that you tried to reach does not exist.", HARD),
        ("550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", HARD),
        ("554 delivery error: dd This user doesn't have a yahoo.com account", HARD),
        ("550 No such domain at this location", HARD),
        ("550 5.0.0 host unknown", HARD),
        ("550 5.7.1 No such user", HARD),
        ("551 not our customer", HARD),
        ("553 sorry, badrcptto (#5.7.1)", HARD),
        ("550 5.2.1 The email account that you tried to reach is disabled.", HARD),
        ("550 Requested action not taken: mailbox unavailable", HARD),
        ("5.4.4 Host or domain name not found. Name service error for name=x.example", HARD),
        ("550 spam-unknown@people.example is not a known user", HARD),
        ("552 5.2.2 mailbox full", SOFT),
        ("550 User over quota. (#5.1.1)", SOFT),
        ("450 4.2.0 Recipient address rejected: Greylisted", SOFT),
        ("450 4.1.1 <a@b.example>: Recipient address rejected: unverified address", SOFT),
        ("421 4.4.2 Connection timed out", SOFT),
        ("5.4.7 message expired after sitting in queue for 5 days", SOFT),
        ("550 Mailbox currently suspended", SOFT),
        # What is wrong lies with us, and says nothing about the mailbox.
        ("553 5.1.8 <news@shop.example>: Sender address rejected: Domain not found", OTHER),
        ("550 5.1.7 Invalid sender", OTHER),
        ("550 5.1.0 <news@shop.example>: sender rejected", OTHER),
        ("550 5.1.1 sender 192.0.2.1 is listed on Spamhaus", OTHER),
        (
            "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
            OTHER,
        ),
        ("550 5.2.1 The user you are trying to contact is receiving mail at a rate that", OTHER),
        ("550 5.7.26 This mail is unauthenticated; DMARC policy", OTHER),
        (
            "550 5.7.515 Access denied, sending domain does not meet the required authentication",
            OTHER,
        ),
        ("550 5.7.23 SPF validation failed", OTHER),
        ("550 5.7.25 The IP address sending this message does not have a PTR record", OTHER),
        ("421 4.7.0 IP not in whitelist for RCPT domain, closing connection", OTHER),
        ("451 4.7.1 Client host rejected: cannot find your reverse hostname", OTHER),
        ("554 5.7.1 message rejected as spam by content filtering", OTHER),
        ("550 5.7.1 Relaying denied", OTHER),
        ("552 5.3.4 message size exceeds fixed limit", OTHER),
        ("550 Sender verify failed", OTHER),
        ("450 4.1.8 <news@shop.example>: Sender address rejected: Domain not found", OTHER),
        ("554 Denied by policy", OTHER),
        ("250 2.0.0 ok", OTHER),
    ],
)
def test_an_answer_is_judged_by_its_words_before_its_numbers(answer, kind):
    assert bounces.classify(answer) is kind


def away(subject, text, **headers):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = ANN, "news@shop.example", subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


@pytest.mark.parametrize(
    "content",
    [
        away("Out of office: news", "I am away."),
        away("Automatic reply: undeliverable?", "I am away until the user unknown to you is back."),
        away("Re: news", "Away.", Auto_Submitted="auto-replied", Return_Path="<>"),
        away("Re: news", "My mailbox is full of work.", Auto_Submitted="auto-replied (vacation)"),
        away("Abwesenheitsnotiz", "Ich bin nicht da, Postfach voll.", Return_Path="<>"),
        away("Réponse automatique : x", "Je suis absente.", X_Autoreply="yes"),
        away("自動返信: news", "不在です。"),
        away("Your message", "We got it. No such user is on duty.", Precedence="auto_reply"),
        away("Ticket 17", "We will answer.", Auto_Submitted="auto-replied", X_Autorespond="x"),
    ],
)
def test_an_auto_reply_counts_for_nobody(content):
    assert read(content).kind is BounceKind.AUTO_REPLY


@pytest.mark.parametrize("subject", ["Re: news", "Question", "Re: undelivered parcel"])
def test_a_person_who_answers_is_no_bounce(subject):
    assert read(away(subject, "Where is my parcel? The address was wrong.")).kind is OTHER


@pytest.mark.parametrize("line", ["Action: call me back", "Action: failed", "action: deliver it"])
def test_a_person_who_writes_action_is_no_report(line):
    found = read(away("Question", f"Two things:\n\n{line}\n\nAnn"))
    assert (found.kind, found.text) == (OTHER, "")


@pytest.mark.parametrize(
    "content",
    [
        away("complaint about message from 192.0.2.7", "Your news was late."),
        away("Fwd: news", "See below.", X_HmXmrOriginalRecipient=ANN),
    ],
)
def test_a_subject_or_a_header_alone_is_no_complaint(content):
    assert read(content).kind is OTHER


def test_an_auto_reply_header_does_not_hide_a_report():
    headers = REPORT + "Auto-Submitted: auto-replied\n"
    sample = Sample("", "x@y.example", "Auto: failed", report("5.1.1", "550 nobody"), HARD, headers)
    assert read(sample.content).kind is HARD


def test_a_delay_is_soft_and_a_delay_for_our_sake_is_nobodys():
    for words, kind in (("connection timed out", SOFT), ("450 4.7.1 DMARC temporary", OTHER)):
        body = report("4.4.1", words, action="delayed")
        found = read(Sample("", "MAILER-DAEMON@x.example", "Delayed", body, kind, REPORT).content)
        assert found.kind is kind


def test_an_international_domain_comes_back_in_the_spelling_of_our_tables():
    body = report("5.1.1", "550 nobody").replace(ANN, "ann@xn--bcher-kva.example")
    content = Sample("", "MAILER-DAEMON@x.example", "Failed", body, HARD, REPORT).content
    assert read(content).recipient == "ann@bücher.example"


def test_no_mutation_of_a_bounce_is_too_much():
    dice = random.Random(20)
    noise = [
        b"\x00",
        b"\xff",
        b"--B\n",
        b"=?utf-8?q?",
        b"\n\n",
        b"Content-Type: multipart/mixed;",
        b"@",
    ]
    noise += [
        b"Content-Type: message/rfc822\n\n",
        b"charset=unknown-9",
        b"=",
        b"<",
        b"\r",
        b"Subject:",
    ]
    for turn in range(10_000):
        content = bytearray(ALL[turn % len(ALL)].content)
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(content))
            if dice.random() < 0.5:
                content[at : at + dice.randint(0, 30)] = dice.choice(noise)
            else:
                content[at] = dice.randrange(256)
        read(bytes(content))


@pytest.mark.parametrize(
    "body",
    [
        "a" * 400_000,
        "a@" * 200_000,
        "x@y.z" * 90_000,
        "<" * 300_000,
        "To:" * 130_000,
        "5.1.1 " * 70_000,
        "user " * 90_000,
        "\n" * 400_000,
        "final-recipient: x\n" * 25_000,
        "-" * 400_000,
    ],
)
def test_a_hostile_length_costs_little(body):
    began = process_time()
    content = f"From: MAILER-DAEMON@x.example\nSubject: failure notice\n\n{body}".encode()
    read(content)
    assert process_time() - began < 2


def test_boxes_in_boxes_end_somewhere():
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)
    )
    assert read(b"From: MAILER-DAEMON@x.example\n" + nested).kind is not HARD
    deep = b"Content-Type: message/rfc822\n\n" * 3000
    assert read(b"Subject: failure notice\n" + deep).kind is not HARD


def test_the_samples_are_of_many_kinds():
    names = {re.split(r"[ ,]", sample.name)[0] for sample in ALL}
    assert len(names) >= 30
