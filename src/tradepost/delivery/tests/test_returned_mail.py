"""Bounces, complaints and *no more* by mail; holidays never count."""

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
import time_machine
from django.utils import timezone

from tradepost.delivery import bounces
from tradepost.delivery.actions.receive import NotOurs, receive
from tradepost.delivery.models import Handover, Mailing
from tradepost.delivery.outgoing.tokens import make_tokens
from tradepost.delivery.queries import is_suppressed, mail_domain
from tradepost.delivery.types import BounceKind, HandoverState, SuppressionReason

pytestmark = pytest.mark.django_db

DSN = """From: MAILER-DAEMON@mx.example
To: x@post.example
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B
Content-Type: text/plain

Sorry.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; p1@people.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}

--B--
"""

ARF = """From: fbl@provider.example
To: x@post.example
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=B

--B
Content-Type: text/plain

This is a report.
--B
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Provider/1.0
Version: 1
Original-Rcpt-To: <p1@people.example>

--B--
"""


def dsn(action="failed", status="5.1.1", words="550 5.1.1 no such user"):
    return DSN.format(action=action, status=status, words=words).encode()


def plain(subject="Hello", **headers):
    message = EmailMessage()
    message["Subject"] = subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("I am away.")
    return message.as_bytes()


def address(row, kind="bounce"):
    token = make_tokens(kind, "handover", [row.pk])[0]
    return f"{kind[0]}-{token}@{mail_domain()}"


@pytest.fixture
def sent(engine, mailing_of):
    mailing_of(1)
    engine.run_until_idle()
    return Handover.objects.get()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (dsn(), BounceKind.HARD),
        (dsn(status="5.2.2", words="552 5.2.2 mailbox full"), BounceKind.SOFT),
        (dsn(action="delayed", status="4.4.1", words="connection timed out"), BounceKind.SOFT),
        (dsn(status="5.7.1", words="550 5.7.1 blocked for policy"), BounceKind.OTHER),
        (dsn(action="relayed", status="2.0.0"), BounceKind.OTHER),
        (ARF.encode(), BounceKind.COMPLAINT),
        (plain("Out of office: back on Monday"), BounceKind.AUTO_REPLY),
        (plain(Auto_Submitted="auto-replied"), BounceKind.AUTO_REPLY),
        (plain("Re: your news"), BounceKind.OTHER),
    ],
)
def test_what_came_back_is_read_for_what_it_is(content, kind):
    message = bounces.email_of(content)
    assert bounces.read(message).kind is kind


def test_a_hard_bounce_shows_in_the_log(sent):
    assert receive(recipient=address(sent), content=dsn()) == "hard"
    assert receive(recipient=address(sent), content=dsn()) == "hard"  # twice is once
    sent.refresh_from_db()
    mailing = Mailing.objects.get()
    assert (sent.state, sent.response) == (HandoverState.BOUNCED, "550 5.1.1 no such user")
    assert (mailing.sent, mailing.bounced) == (0, 1)


def test_only_bounces_on_several_days_suppress(sent, in_scope):
    now = timezone.now()
    for day in range(3):
        assert not is_suppressed(address=sent.address, merchant_id=in_scope.pk)
        with time_machine.travel(now + timedelta(days=day, hours=1), tick=False):
            for _ in range(5):
                receive(recipient=address(sent), content=dsn())
    assert is_suppressed(address=sent.address, merchant_id=in_scope.pk) == "bounce"
    assert not is_suppressed(address=sent.address, merchant_id=None)


def test_holidays_never_count(sent, in_scope):
    now = timezone.now()
    for day in range(20):
        with time_machine.travel(now + timedelta(days=day), tick=False):
            receive(recipient=address(sent), content=plain(Auto_Submitted="auto-replied"))
    assert not is_suppressed(address=sent.address, merchant_id=in_scope.pk)


def test_a_complaint_suppresses_at_once(sent, in_scope, hello):
    assert receive(recipient=address(sent), content=ARF.encode()) == "complaint"
    assert is_suppressed(address=sent.address, merchant_id=in_scope.pk) == "complaint"
    assert hello.off == [(1, SuppressionReason.COMPLAINT)]


def test_writing_to_the_unsubscribe_address_is_enough(sent, hello):
    recipient = address(sent, "unsubscribe")
    assert receive(recipient=recipient, content=plain("whatever")) == "unsubscribed"
    assert hello.off == [(1, SuppressionReason.UNSUBSCRIBE)]


@pytest.mark.parametrize(
    "content",
    [
        plain(Auto_Submitted="auto-replied"),
        plain("Re: unsubscribe", Auto_Submitted="auto-replied"),
        plain("Out of office: back on Monday"),
        plain("Thank you", Precedence="auto_reply"),
        dsn(),
        dsn(action="delayed", status="4.4.1", words="connection timed out"),
    ],
)
def test_a_machines_answer_to_it_is_not(content, sent, hello):
    recipient = address(sent, "unsubscribe")
    assert receive(recipient=recipient, content=content) == "ignored"
    assert hello.off == []


def test_what_a_mail_program_sends_for_its_reader_counts_though_it_calls_itself_an_answer(
    sent, hello, server
):
    """As Apple's Mail does, with the subject that the letter asks for."""
    message = server.messages[0].message
    link = re.search(r"<mailto:([^?>]+)\?subject=([^>]+)>", message["List-Unsubscribe"])
    content = plain(link[2], Auto_Submitted="auto-replied", X_Apple_Unsubscribe="true")
    assert receive(recipient=link[1], content=content) == "unsubscribed"
    assert hello.off == [(1, SuppressionReason.UNSUBSCRIBE)]


def test_a_return_path_cannot_be_made_into_an_unsubscribe_address(sent, hello):
    token = make_tokens("bounce", "handover", [sent.pk])[0]
    for recipient in (
        f"u-{token}@{mail_domain()}",
        f"u-{'0' * 32}@{mail_domain()}",
        f"b-{token}@other.example",
    ):
        with pytest.raises(NotOurs):
            receive(recipient=recipient, content=plain())
    assert hello.off == []
