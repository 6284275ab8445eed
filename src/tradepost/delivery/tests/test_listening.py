"""Returned mail by LMTP: known addresses only, and acted on."""

import asyncio
import smtplib
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from functools import partial

import pytest
from django.db import OperationalError
from django_scopes import scopes_disabled

from tradepost.delivery import servers
from tradepost.delivery.actions import keep_incoming
from tradepost.delivery.models import Handover, IncomingMail
from tradepost.delivery.outgoing.tokens import make_tokens
from tradepost.delivery.queries import mail_domain
from tradepost.delivery.servers import Crowd, returned_mail


@pytest.fixture
def crowd():
    return Crowd()


@pytest.fixture
def lmtp_port(crowd):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        loop.create_server(partial(returned_mail, crowd, lmtp=True), "127.0.0.1", port)
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

    monkeypatch.setattr(servers, "take", away)
    with smtplib.LMTP("127.0.0.1", lmtp_port) as client, pytest.raises(smtplib.SMTPDataError) as no:
        client.sendmail("ann@example.org", [f"u-{token}@{mail_domain()}"], "\r\nno more\r\n")
    assert no.value.smtp_code == 451


def _from(monkeypatch, network: str) -> None:
    """As if whoever connects next came from there: in a test everybody comes from this machine."""
    monkeypatch.setattr(servers, "_stranger", lambda _peer: network)


def _greeting(port: int) -> tuple[socket.socket, bytes]:
    wire = socket.create_connection(("127.0.0.1", port), 5)
    wire.settimeout(5)
    return wire, wire.recv(200)


def test_who_is_a_stranger():
    for peer, network in {
        ("198.51.100.7", 25): "", ("8.8.4.4", 25): "8.8.4.0", ("::ffff:8.8.4.4", 25, 0, 0): "8.8.4.0",
        ("2a00:1450:4001:81b::200e", 25, 0, 0): "2a00:1450:4001::", ("10.1.2.3", 25): "", ("::1", 1, 0, 0): "",
        ("fe80::1%eth0", 1, 0, 0): "", "/run/socket": "", None: "",
    }.items():  # fmt: skip
        assert servers._stranger(peer) == network, peer


@pytest.mark.django_db(transaction=True)
def test_a_flood_of_connections_from_one_network_keeps_nobody_else_out(
    lmtp_port, crowd, monkeypatch
):
    monkeypatch.setattr(servers, "CONNECTIONS_OF_ONE_NETWORK", 3)
    monkeypatch.setattr(servers, "CONNECTIONS", 6)
    _from(monkeypatch, "8.8.4.0")
    held = [_greeting(lmtp_port) for _ in range(5)]
    assert [words[:3] for _wire, words in held] == [b"220", b"220", b"220", b"421", b"421"]
    _from(monkeypatch, "9.9.9.0")
    held += [_greeting(lmtp_port) for _ in range(2)]
    _from(monkeypatch, "")
    held += [_greeting(lmtp_port) for _ in range(2)]
    assert [words[:3] for _wire, words in held[5:]] == [b"220", b"220", b"220", b"421"]
    for wire, _words in held:
        wire.close()
    for _try in range(100):
        if not crowd.connected.total():
            break
        time.sleep(0.05)
    assert _greeting(lmtp_port)[1][:3] == b"220"


@pytest.mark.django_db(transaction=True)
def test_messages_that_are_held_back_take_no_more_than_their_room(lmtp_port, crowd, monkeypatch):
    """A message lies in memory while it comes; whoever trickles it in is sent away after a while."""
    monkeypatch.setattr(servers, "MESSAGES_OF_ONE_NETWORK", 2)
    monkeypatch.setattr(servers, "MESSAGE_SECONDS", 8.0)
    _from(monkeypatch, "8.8.4.0")
    wires = [_until_data(lmtp_port) for _ in range(3)]
    assert [answer[:3] for _wire, answer in wires] == [b"354", b"354", b"452"]
    _from(monkeypatch, "9.9.9.0")
    assert _until_data(lmtp_port)[1][:3] == b"354"
    with pytest.raises(OSError):  # noqa: PT011  whichever it is
        _trickle(wires[0][0], seconds=40)
    _from(monkeypatch, "8.8.4.0")
    assert _until_data(lmtp_port)[1][:3] == b"354"


def _trickle(wire: socket.socket, seconds: float) -> None:
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        wire.sendall(b"x\r\n")
        time.sleep(0.1)


def _until_data(port: int) -> tuple[socket.socket, bytes]:
    wire, answer = _greeting(port)
    for line in ("LHLO x.example", "MAIL FROM:<>", f"RCPT TO:<postmaster@{mail_domain()}>", "DATA"):
        wire.sendall(line.encode() + b"\r\n")
        time.sleep(0.3)
        answer = wire.recv(2000)
    return wire, answer


@pytest.mark.django_db(transaction=True)
def test_a_flood_of_letters_fills_no_disk_and_holds_up_no_bounce(
    lmtp_port, mailing_of, hello, monkeypatch
):
    """Of a letter no more is kept than is read; of a flood its words, and then nothing for the day."""
    monkeypatch.setattr(keep_incoming, "KEPT_A_DAY", 4)
    monkeypatch.setattr(keep_incoming, "BYTES_A_DAY", 500_000)
    mailing_of(1)
    token = make_tokens("unsubscribe", "handover", [Handover.objects.get().pk])[0]
    letter = "Subject: {}\r\n\r\n" + ("x" * 900 + "\r\n") * 3_000
    role = f"postmaster@{mail_domain()}"
    with smtplib.LMTP("127.0.0.1", lmtp_port) as client:
        for number in range(4):
            client.sendmail("a@x.example", [role], letter.format(number))
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
            client.sendmail("a@x.example", [role], letter.format(5))
        client.sendmail("ann@example.org", [f"u-{token}@{mail_domain()}"], "\r\nno more\r\n")
    assert refusal.value.recipients[role][0] == 452, "the other server keeps it, and comes again"
    with scopes_disabled():
        kept = list(IncomingMail.objects.order_by("pk"))
    assert [len(row.content) for row in kept] == [256 * 1024, 256 * 1024, 4096, 4096]
    assert all("xxx" in row.text for row in kept)
    assert [contact for contact, _ in hello.off] == [1]


_LISTENER = """
import sys
import django
django.setup()
from tradepost.delivery.servers import serve_returned
serve_returned("127.0.0.1", int(sys.argv[1]), lmtp=True)
"""


def _said_at_once(port):
    with socket.create_connection(("127.0.0.1", port), 5) as wire:
        return wire.recv(100)


def test_held_connections_use_up_no_files():
    """Started with few files, as a service may be, the listener asks for as many as it can hold."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-c", _LISTENER, str(port)]
    listener = subprocess.Popen(["sh", "-c", 'ulimit -Sn 64 && exec "$@"', "sh", *words])
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                assert _said_at_once(port).startswith(b"220 ")
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        with ExitStack() as held:
            for _ in range(120):
                held.enter_context(socket.create_connection(("127.0.0.1", port), 5))
            assert _said_at_once(port).startswith(b"220 ")
    finally:
        listener.terminate()
        listener.wait(20)
