"""A relay that allows few connections is used with as many as it allows, and never called dead."""

import asyncio
from time import monotonic

import pytest

from tradepost.delivery import testing
from tradepost.delivery.engine.sender import Engine
from tradepost.delivery.models import Destination, Handover
from tradepost.delivery.outgoing.limits import RELAY
from tradepost.delivery.queries import counts_by_state
from tradepost.delivery.testing import CaptureServer
from tradepost.delivery.tests.test_smtp_client import envelope
from tradepost.delivery.types import HandoverState
from tradepost.lib.smtp import Pool, Relay, Verdict
from tradepost.lib.smtp import pool as pools

COUNT = 60
MIXED = {
    **{f"p{n}@people.example": "550 5.1.1 user unknown" for n in range(0, COUNT, 5)},
    **{f"p{n}@people.example": "450 4.2.0 greylisted" for n in range(1, COUNT, 5)},
}


def drain(server, size=10, count=COUNT, between=None):
    """What became of ``count`` messages, and the pool that carried them."""
    with server.running():
        pool = Pool(Relay.from_url(server.url), size=size)

        async def run():
            try:
                outcomes = await pool.hand_over([envelope(n) for n in range(count)], seconds=30)
                if between:
                    between(server)
                    more = [envelope(n) for n in range(count, 2 * count)]
                    outcomes |= await pool.hand_over(more, seconds=30)
                return outcomes
            finally:
                await pool.close()

        return asyncio.run(run()), pool


@pytest.mark.parametrize("allowed", [1, 2, 3])
@pytest.mark.parametrize("replies", [{}, MIXED], ids=["all well", "mixed answers"])
def test_it_goes_on_with_those_that_were_accepted(allowed, replies):
    server = CaptureServer(allowed=allowed, replies=replies, seconds_a_message=0.002)
    outcomes, pool = drain(server)
    untouched = [n for n, outcome in outcomes.items() if outcome.verdict is Verdict.UNTOUCHED]
    assert untouched == []
    assert len(server.recipients) == COUNT - len(replies)
    assert server.most_sessions == allowed
    assert pool.allowed == allowed
    assert server.turned_away <= 10  # the first asking, and no hammering after it


def test_refusals_alone_do_not_close_a_relay_that_talks(monkeypatch):
    server = CaptureServer(allowed=2, replies={"*": "550 5.1.1 user unknown"})
    outcomes, _ = drain(server)
    assert {outcome.verdict for outcome in outcomes.values()} == {Verdict.REFUSED}


def test_when_the_limit_is_lifted_more_are_used_again(monkeypatch):
    monkeypatch.setattr(pools, "_PROBE_SECONDS", 0.01)
    server = CaptureServer(allowed=2, seconds_a_message=0.03)
    outcomes, pool = drain(server, between=lambda server: setattr(server, "allowed", 0))
    assert {outcome.verdict for outcome in outcomes.values()} == {Verdict.SENT}
    assert pool.allowed > 2
    assert server.most_sessions > 2


class LateRefusal(testing._Session):
    """Greets everybody, and tells those who are too many only when they want to send."""

    def connection_made(self, transport):
        self.transport = transport
        self.server.sessions += 1
        self.is_counted = True
        self.is_extra = self.server.sessions > 2
        transport.write(b"220 capture.test ESMTP\r\n")

    def _command(self, line):
        if self.is_extra and line[:4].upper() == "MAIL":
            self.server.turned_away += 1
            self._say("421 4.3.2 concurrent connections limit exceeded")
            self.transport.close()
        else:
            super()._command(line)


def test_a_relay_that_says_it_late_is_understood_too(monkeypatch):
    monkeypatch.setattr(testing, "_Session", LateRefusal)
    server = CaptureServer(seconds_a_message=0.005)
    outcomes, _ = drain(server)
    assert {outcome.verdict for outcome in outcomes.values()} == {Verdict.SENT}
    assert len(server.recipients) == COUNT


def test_each_connection_may_carry_few_messages(monkeypatch):
    class Tired(testing._Session):
        def _command(self, line):
            self.done = getattr(self, "done", 0) + (line[:4].upper() == "MAIL")
            if self.done > 3:
                self._say("421 4.7.0 too many messages on this connection")
                self.transport.close()
            else:
                super()._command(line)

    monkeypatch.setattr(testing, "_Session", Tired)
    outcomes, _ = drain(CaptureServer(allowed=2))
    assert {outcome.verdict for outcome in outcomes.values()} == {Verdict.SENT}


@pytest.mark.django_db
def test_a_campaign_through_two_connections_is_done_and_the_relay_stays_open(mailing_of):
    server = CaptureServer(allowed=2)
    mailing = mailing_of(70)
    addresses = list(Handover.objects.order_by("pk").values_list("address", flat=True))
    server.replies = dict.fromkeys(addresses[:20], "550 5.1.1 user unknown")
    with server.running(), Engine(relay=Relay.from_url(server.url), signed=False) as engine:
        began = monotonic()
        engine.run_until_idle()
    assert counts_by_state(mailing) == {HandoverState.SENT: 50, HandoverState.BOUNCED: 20}
    assert monotonic() - began < 20
    assert not Destination.objects.filter(name=RELAY, closed_until__isnull=False).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("answer", ["550 5.1.1 user unknown", "450 4.2.0 greylisted"])
def test_answers_about_recipients_keep_the_door_open(answer, mailing_of):
    """Nobody was sent anything, and one domain was put off with a 421: the relay lives all the same."""
    server = CaptureServer()
    mailing_of(12)
    addresses = list(Handover.objects.order_by("pk").values_list("address", flat=True))
    server.replies = dict.fromkeys(addresses, answer)
    server.replies[addresses[-1]] = "421 4.7.0 try that domain again later"
    with server.running(), Engine(relay=Relay.from_url(server.url), signed=False) as engine:
        engine.run_once()
    assert not server.recipients
    assert not Destination.objects.filter(name=RELAY, closed_until__isnull=False).exists()


def test_a_reply_of_many_lines_is_kept_whole():
    words = "550-5.1.1 The account that you tried to reach\r\n550-5.1.1 does not exist.\r\n550 bye"
    server = CaptureServer(replies={"*": words})
    outcomes, _ = drain(server, size=1, count=1300)
    assert {outcome.text for outcome in outcomes.values()} == {
        "550 5.1.1 The account that you tried to reach 5.1.1 does not exist. bye"
    }
    assert server.commands.count("EHLO localhost") == 1  # on one connection, to the end
