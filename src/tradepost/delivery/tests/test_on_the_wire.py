"""Bytes as they leave: international addresses, folded signatures, headers of a mailing."""

import email.policy
from email import message_from_bytes

import pytest

from tradepost.delivery.actions import queue_mail
from tradepost.delivery.models import Handover
from tradepost.delivery.outgoing.quoted_printable import address_header
from tradepost.delivery.types import HandoverState
from tradepost.lib.addresses import ascii_domain, wire_address

pytestmark = pytest.mark.django_db
CASES = [
    ("ann@bücher.example", "ann@xn--bcher-kva.example"),
    ("ann@straße.example", "ann@xn--strae-oqa.example"),
    ("ann@例え.テスト", "ann@xn--r8jz45g.xn--zckzah"),
    ("ann@people.example", "ann@people.example"),
    ("jürgen@bücher.example", "jürgen@xn--bcher-kva.example"),
]


@pytest.mark.parametrize(("address", "wire"), CASES)
def test_a_domain_travels_in_letters_that_every_server_knows(address, wire):
    assert wire_address(address) == wire


def test_what_is_no_domain_stays_as_it_is():
    assert ascii_domain("bü cher") == "bü cher"


@pytest.mark.parametrize("extensions", [("PIPELINING",), ("SMTPUTF8", "PIPELINING")])
def test_an_international_domain_needs_no_smtputf8(engine, mailing_of, server, extensions):
    server.extensions = extensions
    mailing_of(1)
    Handover.objects.update(address="ann@bücher.example")
    engine.run_until_idle()
    message = server.messages[0]
    assert message.recipient == "ann@xn--bcher-kva.example"
    assert b"\r\nTo: ann@xn--bcher-kva.example\r\n" in b"\r\n" + message.data
    assert not any("> SMT" in command for command in server.commands)
    assert message.data.isascii()


def test_only_a_local_part_asks_for_smtputf8(engine, mailing_of, server):
    mailing_of(1)
    Handover.objects.update(address="jürgen@bücher.example")
    engine.run_until_idle()
    assert server.messages[0].recipient == "jürgen@xn--bcher-kva.example"
    assert any("> SMT" in command for command in server.commands)


def test_a_relay_without_it_refuses_nobody_for_good(engine, mailing_of, server):
    server.extensions = ("PIPELINING",)
    mailing_of(1)
    Handover.objects.update(address="jürgen@bücher.example")
    engine.run_until_idle()
    row = Handover.objects.get()
    assert (row.state, row.response) == (HandoverState.FAILED, "550 5.6.7 relay knows no SMTPUTF8")


def test_an_answer_address_travels_the_same_way(engine, server, in_scope):
    queue_mail(
        to="ann@people.example",
        template="delivery/receipt",
        context={"name": "Ann", "url": "https://x.example/"},
        reply_to="shop@bücher.example",
    )
    engine.run_until_idle()
    assert server.messages[0].message["Reply-To"] == "shop@xn--bcher-kva.example"
    assert server.messages[0].data.isascii()


@pytest.mark.parametrize("name", ["=?utf-8?q?x?=", "Ann =?iso-8859-1?b?eA==?= Lee", "a =? b"])
def test_a_name_that_looks_encoded_is_read_as_it_was_written(name):
    raw = b"From: " + address_header(name, "ann@people.example") + b"\r\n\r\n"
    parsed = message_from_bytes(raw, policy=email.policy.default)
    assert parsed["From"].addresses[0].display_name == name


def test_signatures_are_folded(engine, mailing_of, server):
    mailing_of(1)
    engine.run_until_idle()
    head = server.messages[0].data.partition(b"\r\n\r\n")[0]
    assert head.count(b"DKIM-Signature:") == 2
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert b"b=\r\n " in head  # the long one begins on a line of its own


def test_a_mailing_says_that_it_is_one_and_a_receipt_does_not(engine, mailing_of, server):
    mailing = mailing_of(1)
    engine.run_until_idle()
    queue_mail(
        to="ann@people.example",
        template="delivery/receipt",
        context={"name": "Ann", "url": "https://x.example/"},
    )
    engine.run_until_idle()
    letter, receipt = (captured.message for captured in server.messages)
    assert letter["Feedback-ID"] == f"{mailing.pk}:{mailing.merchant_id}:bulk:tradepost"
    assert letter["Precedence"] == "bulk"
    assert receipt["Feedback-ID"] is None
    assert receipt["Precedence"] is None
    assert "feedback-id" in letter["DKIM-Signature"]
