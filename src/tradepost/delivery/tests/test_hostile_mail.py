"""Letters that were made to cost time: whatever a stranger sends is read in next to none, and kept."""

import time

import pytest

from tradepost.delivery.actions.receive import take
from tradepost.delivery.models import IncomingMail
from tradepost.delivery.queries import mail_domain

pytestmark = pytest.mark.django_db
HEAD = b"From: a@people.example\r\nSubject: hello\r\n"
LETTERS = {
    "a charset that takes the square of its length": HEAD
    + b"Content-Type: text/plain; charset=punycode\r\n\r\na-"
    + b"9" * 400_000,
    "parts without end": HEAD
    + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    + b"--b\r\n\r\nx\r\n" * 500_000,
    "boxes in boxes": HEAD
    + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (number, number)
        for number in range(20_000)
    ),
    "a bounce of empty lines": b"From: MAILER-DAEMON@x.example\r\nSubject: Undelivered Mail\r\n\r\n"
    + b"\n" * 5_000_000,
    "a field of parameters": HEAD + b"Content-Type: text/plain; " + b"a=b; " * 900_000 + b"\r\n\r\nhi",
    "a folded subject": b"Subject: a" + b"\r\n b" * 1_000_000 + b"\r\n\r\nhi",
    "tags": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<a " * 2_000_000,
}  # fmt: skip


@pytest.mark.parametrize("what", LETTERS)
def test_a_letter_that_was_made_to_cost_time_costs_next_to_none(what):
    began = time.process_time()
    assert take(recipient=f"dmarc@{mail_domain()}", content=LETTERS[what], sender="a@x.example")
    assert time.process_time() - began < 3
    assert IncomingMail._base_manager.count() == 1
