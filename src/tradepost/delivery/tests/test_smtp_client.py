"""The client against a server that behaves, and one that does not."""

import asyncio
import threading
import time

import pytest

from tradepost.delivery import testing
from tradepost.delivery.testing import CaptureServer
from tradepost.lib.smtp import Envelope, Pool, Relay, Verdict


def envelope(number: int, data: bytes = b"Subject: x\r\n\r\nhello\r\n") -> Envelope:
    return Envelope(number, b"b@shop.example", b"p%d@people.example" % number, data)


def send(server: CaptureServer, envelopes, size=3, seconds=30.0, **relay):
    async def run():
        pool = Pool(Relay.from_url(server.url) if not relay else Relay(**relay), size=size)
        try:
            return await pool.hand_over(envelopes, seconds=seconds)
        finally:
            await pool.close()

    return asyncio.run(run())


@pytest.mark.parametrize("extensions", [("PIPELINING",), ("8BITMIME",)])
def test_everyone_gets_one_copy(extensions):
    with CaptureServer(extensions=extensions).running() as server:
        outcomes = send(server, [envelope(n) for n in range(50)])
    assert {o.verdict for o in outcomes.values()} == {Verdict.SENT}
    assert sorted(server.recipients) == sorted(f"p{n}@people.example" for n in range(50))


def test_without_the_offer_nothing_is_pipelined():
    with CaptureServer(extensions=("8BITMIME",)).running() as server:
        send(server, [envelope(n) for n in range(3)], size=1)
    verbs = [line[:4] for line in server.commands]
    assert verbs[1:7] == ["MAIL", "RCPT", "DATA"] * 2


def test_lines_that_begin_with_a_dot_arrive_as_they_were():
    data = b".a\r\n\r\n.\r\n..\r\nend\r\n"
    with CaptureServer().running() as server:
        send(server, [envelope(1, data)])
    assert server.messages[0].data == data


@pytest.mark.parametrize("extensions", [("PIPELINING",), ("8BITMIME",)])
def test_a_refused_recipient_does_not_disturb_the_next(extensions):
    server = CaptureServer(extensions=extensions)
    server.replies = {"p1@people.example": "550 5.1.1 nobody", "p3@people.example": "451 later"}
    with server.running():
        outcomes = send(server, [envelope(n) for n in range(6)], size=1)
    assert outcomes[1].verdict is Verdict.REFUSED
    assert outcomes[1].text == "550 5.1.1 nobody"
    assert outcomes[3].verdict is Verdict.DEFERRED
    assert len(server.recipients) == 4


def test_a_message_without_an_answer_is_uncertain_and_the_rest_goes_on():
    def body_reply(captured):
        return None if captured.recipient == "p2@people.example" else "250 ok"

    with CaptureServer(body_reply=body_reply).running() as server:
        outcomes = send(server, [envelope(n) for n in range(8)], size=1)
    assert outcomes.pop(2).verdict is Verdict.UNCERTAIN
    assert {o.verdict for o in outcomes.values()} == {Verdict.SENT}


def test_a_relay_that_is_not_there_leaves_everything_untouched():
    outcomes = send(None, [envelope(1)], host="127.0.0.1", port=9)
    assert outcomes[1].verdict is Verdict.UNTOUCHED


def test_a_relay_that_hangs_up_on_every_envelope_is_given_up():
    server = CaptureServer(replies={"*": "421 closing"})
    with server.running():
        outcomes = send(server, [envelope(n) for n in range(20)])
    assert {o.verdict for o in outcomes.values()} <= {Verdict.UNTOUCHED, Verdict.DEFERRED}


def test_a_mailbox_beyond_ascii_needs_a_relay_that_knows_it():
    odd = Envelope(1, b"b@shop.example", "jörg@people.example".encode(), b"\r\nx\r\n", utf8=True)
    with CaptureServer(extensions=("PIPELINING",)).running() as server:
        assert send(server, [odd, envelope(2)])[1].verdict is Verdict.REFUSED
    with CaptureServer().running() as server:
        assert send(server, [odd])[1].verdict is Verdict.SENT


def test_a_password_is_never_sent_in_the_clear_to_another_machine(monkeypatch):
    monkeypatch.setattr(Relay, "is_local", False)
    with CaptureServer(extensions=("AUTH PLAIN",)).running() as server:
        outcomes = send(
            server, [envelope(1)], host="127.0.0.1", port=server.port, user="u", password="secret"
        )
    assert outcomes[1].verdict is Verdict.UNTOUCHED
    assert not [line for line in server.commands if line.startswith("AUTH")]


def test_time_up_leaves_the_rest_untouched():
    with CaptureServer().running() as server:
        outcomes = send(server, [envelope(n) for n in range(5)], seconds=-1)
    assert {o.verdict for o in outcomes.values()} == {Verdict.UNTOUCHED}


def test_messages_are_asked_for_a_few_ahead_of_being_sent():
    ahead = []

    def made():
        for number in range(60):
            ahead.append(number - len(server.recipients))
            yield envelope(number)

    with CaptureServer().running() as server:
        outcomes = send(server, made(), size=2)
    assert len(outcomes) == 60
    assert max(ahead) <= 6  # of two connections: each one flying, one offered, one waiting


def test_a_silent_relay_is_hung_up_on():
    server = CaptureServer(replies={"p1@people.example": "250-never ending"})
    with server.running():
        outcomes = send(
            server, [envelope(1)], host="127.0.0.1", port=server.port, command_seconds=0.2, size=1
        )
    assert outcomes[1].verdict in {Verdict.UNTOUCHED, Verdict.DEFERRED}


class Dripping(testing._Session):
    """Answers one command line by line, without an end."""

    def _command(self, line):
        if not line.upper().startswith(self.server.drips_at):
            super()._command(line)
            return

        def drip():
            while not self.transport.is_closing():
                self.server.loop_of(self).call_soon_threadsafe(
                    self.transport.write, b"250-one more\r\n"
                )
                time.sleep(0.05)

        threading.Thread(target=drip, daemon=True).start()


@pytest.mark.parametrize("verb", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_reply_that_never_ends_is_no_sign_of_life(verb, monkeypatch):
    """A line now and then used to count as an answer: the sender sat in one slice for an hour."""
    monkeypatch.setattr(testing, "_Session", Dripping)
    server = CaptureServer()
    server.drips_at = verb
    server.loop_of = lambda session: session.transport._loop
    began = time.monotonic()
    with server.running():
        outcomes = send(
            server, [envelope(1)], host="127.0.0.1", port=server.port,
            connect_seconds=0.5, command_seconds=0.5, data_seconds=0.5, size=1,
        )  # fmt: skip
    assert outcomes[1].verdict in {Verdict.UNTOUCHED, Verdict.DEFERRED}
    assert time.monotonic() - began < 20
