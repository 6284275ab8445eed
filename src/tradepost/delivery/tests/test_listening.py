"""Returned mail by LMTP: known addresses only, and acted on."""

import asyncio
import smtplib
import socket
import threading

import pytest
from aiosmtpd.lmtp import LMTP

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
        loop.create_server(lambda: LMTP(Returned(), loop=loop), "127.0.0.1", port)
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
