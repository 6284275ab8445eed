"""A relay that says no, or nothing, at each step of the conversation; with and without pipelining."""

from collections import Counter

import pytest

from tradepost.delivery import testing
from tradepost.delivery.testing import CaptureServer
from tradepost.delivery.tests.test_smtp_client import envelope, send
from tradepost.lib.smtp import Verdict

HANGS_UP = None
COUNT = 6


class OddSession(testing._Session):
    """Does at one command what it was told to, a few times; otherwise a good server."""

    def _odd(self, verb):
        """True when it was that command's turn."""
        at, reply = self.server.odd
        if verb != at or not self.server.times:
            return False
        self.server.times -= 1
        if reply is HANGS_UP:
            self.transport.abort()
        else:
            self._say(reply)
        return True

    def connection_made(self, transport):
        self.transport = transport
        if not self._odd("GREETING"):
            super().connection_made(transport)

    def _command(self, line):
        verb = line[:4].upper()
        if self._odd(verb):
            return
        if verb == "RCPT" and not self.sender:
            self._say("503 no sender")
        else:
            super()._command(line)
            if verb == "DATA" and self._odd("BODY"):
                self.in_data = False


@pytest.fixture(params=[("PIPELINING",), ("8BITMIME",), ()], ids=["pipelined", "not", "bare"])
def odd(request, monkeypatch):
    """What becomes of six messages to a server that does ``reply`` at ``at``, so many times."""
    monkeypatch.setattr(testing, "_Session", OddSession)

    def run(at, reply, times=10_000):
        server = CaptureServer(extensions=request.param or ("SIZE 1000000",))
        server.odd, server.times = (at, reply), times
        with server.running():
            outcomes = send(server, [envelope(number) for number in range(COUNT)], size=2)
        assert len(outcomes) == COUNT
        copies = Counter(server.recipients)
        assert not [address for address, count in copies.items() if count > 1]
        for number, outcome in outcomes.items():
            was_taken = f"p{number}@people.example" in copies
            assert was_taken == (outcome.verdict is Verdict.SENT)
        return Counter(outcome.verdict for outcome in outcomes.values()), outcomes[0]

    return run


@pytest.mark.parametrize("at", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("reply", "verdict"), [("451 later", Verdict.DEFERRED), ("554 5.7.1 never", Verdict.REFUSED)]
)
def test_a_no_at_any_command_is_the_messages_own(odd, at, reply, verdict):
    verdicts, first = odd(at, reply)
    assert verdicts == {verdict: COUNT}
    assert (first.at, first.text) == (at, reply)


@pytest.mark.parametrize("at", ["MAIL", "RCPT", "DATA"])
def test_one_no_stops_none_of_the_others(odd, at):
    verdicts, _ = odd(at, "451 later", times=1)
    assert verdicts == {Verdict.DEFERRED: 1, Verdict.SENT: COUNT - 1}


@pytest.mark.parametrize("reply", ["421 too many", "554 go away", HANGS_UP])
def test_who_is_not_greeted_loses_nothing(odd, reply):
    assert odd("GREETING", reply)[0] == {Verdict.UNTOUCHED: COUNT}


def test_one_broken_greeting_costs_nothing(odd):
    assert odd("GREETING", HANGS_UP, times=1)[0] == {Verdict.SENT: COUNT}


def test_an_old_server_that_knows_no_ehlo_is_greeted_the_old_way(odd):
    assert odd("EHLO", "502 what?")[0] == {Verdict.SENT: COUNT}


@pytest.mark.parametrize("at", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("reply", ["421 closing", HANGS_UP])
def test_hung_up_before_the_body_it_is_tried_again_on_another_connection(odd, at, reply):
    assert odd(at, reply, times=1)[0] == {Verdict.SENT: COUNT}


@pytest.mark.parametrize("at", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_server_that_always_hangs_up_is_given_up_and_nobody_is_called_uncertain(odd, at):
    verdicts, _ = odd(at, HANGS_UP)
    assert verdicts.keys() <= {Verdict.UNTOUCHED, Verdict.DEFERRED}


def test_hung_up_on_while_the_body_travels_is_uncertain_and_never_sent_again(odd):
    assert odd("BODY", HANGS_UP, times=1)[0] == {Verdict.UNCERTAIN: 1, Verdict.SENT: COUNT - 1}
