"""Returned mail fetched from a mailbox, over real sockets, from servers of the tests' own."""

import logging
import socket
import socketserver
import threading
from dataclasses import replace

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django_scopes import scopes_disabled

from tradepost.delivery import pickup
from tradepost.delivery.models import Handover, IncomingMail
from tradepost.delivery.queries import is_suppressed, mail_domain
from tradepost.delivery.tests.test_returned_mail import ARF, address, plain

pytestmark = pytest.mark.django_db(transaction=True)


class Box(socketserver.ThreadingTCPServer):
    """A mailbox that both servers below show; ``messages`` maps a number to bytes."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, handler, messages):
        super().__init__(("127.0.0.1", 0), handler)
        self.messages = dict(enumerate(messages, 1))
        self.sign_ins = []
        self.hangs_up_at = ""
        self.before_echo = ""  # a refusal repeats what was sent, as some servers do


class _Talk(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text if isinstance(text, bytes) else text.encode() + b"\r\n")

    def lines(self):
        for line in self.rfile:
            text = line.decode().strip()
            if self.server.hangs_up_at and self.server.hangs_up_at in text:
                return
            yield text


class Pop(_Talk):
    def handle(self):
        self.say("+OK ready")
        gone = set()
        box = self.server
        for text in self.lines():
            word, _, rest = text.partition(" ")
            match word.upper():
                case "USER":
                    self.say("+OK")
                case "PASS":
                    box.sign_ins.append(rest)
                    is_right = rest == "pass word"
                    self.say("+OK" if is_right else f"-ERR {box.before_echo}{rest}")
                case "LIST":
                    sizes = [f"{n} {len(m)}\r\n" for n, m in box.messages.items()]
                    self.say(f"+OK\r\n{''.join(sizes)}.")
                case "RETR":
                    self.say("+OK")
                    self.say(box.messages[int(rest)].replace(b"\n.", b"\n..") + b"\r\n.\r\n")
                case "DELE":
                    gone.add(int(rest))
                    self.say("+OK")
                case "QUIT":
                    for number in gone:
                        box.messages.pop(number, None)
                    self.say("+OK")
                    return


class Imap(_Talk):
    def handle(self):
        self.marked = set()
        self.say("* OK ready")
        for text in self.lines():
            tag, _, rest = text.partition(" ")
            words = [*rest.split(), "", ""]
            name = f"on_{words[1] if words[0].upper() == 'UID' else words[0]}".lower()
            done = getattr(self, name, lambda words, rest: "OK done")(words, rest)
            self.say(f"{tag} {done}")
            if name == "on_logout":
                return

    def on_capability(self, words, rest):
        self.say("* CAPABILITY IMAP4rev1 UIDPLUS")
        return "OK done"

    def on_login(self, words, rest):
        self.server.sign_ins.append(rest)
        return "OK done" if "pass word" in rest else f"NO {self.server.before_echo}{rest}"

    def on_select(self, words, rest):
        self.say(f"* {len(self.server.messages)} EXISTS")
        return "OK done"

    def on_search(self, words, rest):
        self.say("* SEARCH " + " ".join(map(str, self.server.messages)))
        return "OK done"

    def on_fetch(self, words, rest):
        body = self.server.messages[int(words[2])]
        self.say(f"* 1 FETCH (UID {words[2]} BODY[] {{{len(body)}}}")
        self.say(body)
        self.say(")")
        return "OK done"

    def on_store(self, words, rest):
        self.marked.add(int(words[2]))
        return "OK done"

    def on_expunge(self, words, rest):
        for number in self.marked:
            self.server.messages.pop(number, None)
        return "OK done"


@pytest.fixture(params=[Imap, Pop], ids=["imap", "pop3"])
def kind(request):
    return request.param


@pytest.fixture
def mailbox(kind, set_environment):
    boxes = []

    def make(*messages, password="pass%20word"):
        box = Box(kind, messages)
        threading.Thread(target=box.serve_forever, daemon=True).start()
        boxes.append(box)
        scheme = "imap" if kind is Imap else "pop3"
        set_environment(mailbox_url=f"{scheme}://post:{password}@127.0.0.1:{box.server_address[1]}")
        return box

    cache.clear()
    yield make
    for box in boxes:
        box.shutdown()
        box.server_close()


@pytest.fixture
def set_environment(settings):
    def change(**values):
        settings.TRADEPOST = replace(settings.TRADEPOST, **values)

    return change


@pytest.fixture
def row(mailing_of):
    mailing_of(1)
    return Handover.objects.get()


def to(recipient, content):
    return f"Delivered-To: {recipient}\r\n".encode() + content.replace(b"\n", b"\r\n")


def test_a_complaint_in_the_mailbox_is_acted_on_and_then_deleted(mailbox, row, in_scope):
    box = mailbox(to(address(row), ARF.encode()), to("x@elsewhere.example", plain("Hello")))
    assert pickup.pick_up() == 2
    assert is_suppressed(address=row.address, merchant_id=in_scope.pk) == "complaint"
    with scopes_disabled():
        kept = IncomingMail.objects.get()
    assert kept.recipient == f"postmaster@{mail_domain()}", "not to us by its head: kept, not lost"
    assert box.messages == {}
    assert pickup.pick_up() == 0


def test_the_same_message_twice_is_one(mailbox, row):
    letter = to(f"postmaster@{mail_domain()}", plain("Hello", From="ann@people.example"))
    mailbox(letter, letter)
    assert pickup.pick_up() == 2
    with scopes_disabled():
        assert IncomingMail.objects.count() == 1


def test_a_line_longer_than_any_standard_stops_nothing(mailbox, row, in_scope):
    long = to(f"postmaster@{mail_domain()}", plain("Long") + b"x" * 300_000)
    box = mailbox(long, to(address(row), ARF.encode()))
    assert pickup.pick_up() == 2
    assert is_suppressed(address=row.address, merchant_id=in_scope.pk)
    assert box.messages == {}


def test_nothing_is_deleted_before_it_is_stored(mailbox, row, monkeypatch):
    box = mailbox(to(address(row), ARF.encode()))

    def away(**said):
        raise OperationalError("the database is away")

    monkeypatch.setattr(pickup, "take", away)
    with pytest.raises(OperationalError):
        pickup.pick_up()
    assert len(box.messages) == 1


def test_a_server_that_hangs_up_half_way_keeps_its_mail_and_is_asked_again(
    kind, mailbox, row, in_scope, caplog
):
    box = mailbox(to(address(row), ARF.encode()))
    box.hangs_up_at = "STORE" if kind is Imap else "DELE"
    assert pickup.pick_up() == 0
    assert len(box.messages) == 1
    assert pickup.what_is_wrong()
    box.hangs_up_at = ""
    assert pickup.pick_up() == 1
    assert pickup.what_is_wrong() == ""
    assert is_suppressed(address=row.address, merchant_id=in_scope.pk) == "complaint"


@pytest.mark.parametrize("before", [0, *range(250, 285, 3)])
def test_a_wrong_password_is_said_once_and_never_shown(before, mailbox, row, caplog):
    mailbox(password="s3cret-word").before_echo = "x" * before
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert pickup.pick_up() == 0
    said = [record for record in caplog.records if "mailbox" in record.getMessage()]
    assert len(said) == 1
    assert "s3c" not in caplog.text + pickup.what_is_wrong()


def test_a_server_that_is_away_is_waited_for(kind, row, set_environment):
    cache.clear()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    scheme = "imap" if kind is Imap else "pop3"
    set_environment(mailbox_url=f"{scheme}://post:x@127.0.0.1:{port}")
    assert pickup.pick_up() == 0
    assert pickup.what_is_wrong()
    assert "127.0.0.1" in pickup.what_is_wrong()


@pytest.mark.parametrize("to_whom", ["To", "Cc", "X-Original-To", "Envelope-To"])
def test_the_signed_address_is_found_wherever_it_stands(to_whom, row):
    head = f"{to_whom}: Ann <ann@people.example>, <{address(row)}>\r\nFrom: x@y.example\r\n\r\n"
    found = pickup.recipients_of(pickup.email_of(head.encode()))
    assert found == [address(row)]
