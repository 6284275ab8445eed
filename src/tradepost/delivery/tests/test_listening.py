"""Returned mail by LMTP: known addresses only, and acted on."""

import asyncio
import smtplib
import socket
import threading

import pytest
from aiosmtpd.lmtp import LMTP
from django.db import OperationalError

from tradepost.delivery import listening
from tradepost.delivery.listening import Returned
from tradepost.delivery.models import Handover
from tradepost.delivery.queries import mail_domain
from tradepost.delivery.tokens import make_tokens


@pytest.fixture
def lmtp_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        loop.create_server(lambda: LMTP(Returned(lmtp=True), loop=loop), "127.0.0.1", port)
    )
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield port
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)


@pytest.mark.django_db(transaction=True)
def test_unsubscribing_by_mail_through_the_listener(lmtp_port, mailing_of, hello):
    mailing_of(1)
    token = make_tokens("unsubscribe", "handover", [Handover.objects.get().pk])[0]
    with smtplib.LMTP("127.0.0.1", lmtp_port) as client:
        client.sendmail("ann@example.org", [f"u-{token}@{mail_domain()}"], "\r\nno more\r\n")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("x@example.org", ["anybody@elsewhere.example"], "\r\nrelay me\r\n")
    assert [contact for contact, _ in hello.off] == [1]


def _talk(port, lines):
    """What the server answers to lines that are sent as they are."""
    with socket.create_connection(("127.0.0.1", port), 5) as wire, wire.makefile("rwb") as talk:
        answers = [talk.readline().decode()]
        for line in lines:
            talk.write(line.encode() + b"\r\n")
            talk.flush()
            answer = talk.readline().decode()
            while answer[3:4] == "-":
                answer = talk.readline().decode()
            answers.append(answer)
        talk.write(b"QUIT\r\n")
        talk.flush()
        return answers, talk.read().decode()


@pytest.mark.django_db(transaction=True)
def test_every_recipient_of_a_message_gets_an_answer_of_its_own(lmtp_port, mailing_of, hello):
    """RFC 2033: a mail server that hands over for two waits for two answers."""
    mailing_of(2)
    rows = Handover.objects.order_by("pk")
    recipients = [
        f"u-{token}@{mail_domain()}"
        for token in make_tokens("unsubscribe", "handover", [row.pk for row in rows])
    ]
    lines = ["LHLO mx.example", "MAIL FROM:<ann@example.org>"]
    lines += [f"RCPT TO:<{recipient}>" for recipient in recipients]
    answers, rest = _talk(lmtp_port, [*lines, "DATA", "Subject: x\r\n\r\nno more\r\n."])
    assert [answer[:3] for answer in [*answers[-1:], *rest.splitlines()]] == ["250", "250", "221"]
    assert sorted(contact for contact, _ in hello.off) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_postmaster_and_a_null_sender_are_taken(lmtp_port):
    answers, _rest = _talk(
        lmtp_port,
        [
            "LHLO mx.example",
            "MAIL FROM:<>",
            f"RCPT TO:<PostMaster@{mail_domain()}>",
            "RCPT TO:<postmaster>",
        ],
    )
    assert [answer[:3] for answer in answers[2:]] == ["250", "250", "250"]


@pytest.mark.django_db(transaction=True)
def test_while_the_database_is_away_the_other_server_keeps_the_mail(
    lmtp_port, mailing_of, monkeypatch
):
    mailing_of(1)
    token = make_tokens("unsubscribe", "handover", [Handover.objects.get().pk])[0]

    def away(**said):
        raise OperationalError("away")

    monkeypatch.setattr(listening, "take", away)
    with smtplib.LMTP("127.0.0.1", lmtp_port) as client, pytest.raises(smtplib.SMTPDataError) as no:
        client.sendmail("ann@example.org", [f"u-{token}@{mail_domain()}"], "\r\nno more\r\n")
    assert no.value.smtp_code == 451
