"""A relay that falls silent, or talks nonsense, at each step: the sender is free again, and nobody is called dead."""

import time

import pytest

from tradepost.delivery import testing
from tradepost.delivery.testing import CaptureServer
from tradepost.delivery.tests.test_smtp_client import envelope, send
from tradepost.lib.smtp import Verdict

STEPS = ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "BODY"]
NOTHING = b""
NONSENSE = {
    "binary": bytes(range(256)) + b"\r\n",
    "an empty line": b"\r\n",
    "NULs": b"\0" * 100 + b"\r\n",
    "no code": b"hello there\r\n",
    "half a code": b"25\r\n",
    "a code of no kind": b"999 what\r\n",
    "digits that are none": "２５０ ok\r\n".encode(),
    "a line without an end": b"2" * 200_000,
    "lines without an end": b"250-x\r\n" * 3_000,
    "another protocol": b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n<html>",
}


class Session(testing._Session):
    """A good server but for one step, at which it says what it was told to and nothing more."""

    def connection_made(self, transport):
        self.transport = transport
        if self.server.step == "GREETING":
            transport.write(self.server.words)
        else:
            super().connection_made(transport)

    def _command(self, line):
        verb = line[:4].upper()
        if verb in {self.server.step, "HELO" if self.server.step == "EHLO" else ""}:
            self.transport.write(self.server.words)
        else:
            super()._command(line)

    def _body(self):
        if self.server.step != "BODY":
            return super()._body()
        if b"\r\n.\r\n" in self.rest:
            self.rest = b""
            self.transport.write(self.server.words)
        return False


@pytest.fixture(params=[("PIPELINING",), ("8BITMIME",)], ids=["pipelined", "not"])
def outcomes(request, monkeypatch):
    monkeypatch.setattr(testing, "_Session", Session)

    def run(step: str, words: bytes):
        server = CaptureServer(extensions=request.param)
        server.step, server.words = step, words
        began = time.monotonic()
        with server.running():
            found = send(
                server, [envelope(number) for number in range(2)], host="127.0.0.1", port=server.port,
                connect_seconds=0.4, command_seconds=0.4, data_seconds=0.4, size=1,
            )  # fmt: skip
        assert time.monotonic() - began < 30
        assert len(found) == 2
        return [outcome.verdict for outcome in found.values()]

    return run


@pytest.mark.parametrize("step", STEPS)
def test_silence_ends(outcomes, step):
    expected = {Verdict.UNCERTAIN} if step == "BODY" else {Verdict.UNTOUCHED, Verdict.DEFERRED}
    assert set(outcomes(step, NOTHING)) & expected
    assert not set(outcomes(step, NOTHING)) & {Verdict.SENT, Verdict.REFUSED}


@pytest.mark.parametrize("what", NONSENSE)
@pytest.mark.parametrize("step", ["GREETING", "MAIL", "BODY"])
def test_nonsense_is_neither_a_yes_nor_a_dead_mailbox(outcomes, step, what):
    assert not set(outcomes(step, NONSENSE[what])) & {Verdict.SENT, Verdict.REFUSED}
