"""A mail server for tests: it takes everything at once and keeps it, or refuses what it was told to.

Used by the tests of all rooms (fixture ``mailbox`` in the root ``conftest.py``). Not aiosmtpd: the
kill test pushes 20,000 messages through it, and the client's odd corners need a server that misbehaves
on purpose.
"""

import asyncio
import email
import email.policy
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import override


@dataclass(frozen=True)
class Captured:
    sender: str
    recipient: str
    data: bytes

    @property
    def message(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.data, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def part(self, media_type: str) -> str:
        """The decoded text of the first part of that type; empty when there is none."""
        for part in self.message.walk():
            if part.get_content_type() == media_type:
                return str(part.get_content())
        return ""

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return self.part("text/plain")

    @property
    def html(self) -> str:
        return self.part("text/html")


@dataclass
class CaptureServer:
    """``replies`` maps a recipient (or ``"*"``) to what RCPT TO is answered with; ``body_reply`` may
    return another answer than 250 for a message, or None to hang up without one."""

    port: int = 0
    extensions: tuple[str, ...] = ("PIPELINING", "8BITMIME", "SMTPUTF8")
    replies: dict[str, str] = field(default_factory=dict)
    body_reply: Callable[[Captured], str | None] = lambda captured: "250 2.0.0 taken"
    keep: bool = True
    allowed: int = 0  # connections at once; one more is greeted with 421. 0: any number
    seconds_a_message: float = 0.0
    sessions: int = 0
    most_sessions: int = 0
    turned_away: int = 0
    messages: list[Captured] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    host: str = "127.0.0.1"

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.port}"

    @contextmanager
    def running(self) -> Iterator["CaptureServer"]:
        """Serve from a thread of its own until the block ends."""
        loop = asyncio.new_event_loop()
        server = loop.run_until_complete(
            loop.create_server(lambda: _Session(self), self.host, self.port, backlog=200)
        )
        self.port = server.sockets[0].getsockname()[1]
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(server.close)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(5)
            loop.close()

    def take(self, captured: Captured) -> str | None:
        reply = self.body_reply(captured)
        if reply and reply.startswith("2"):
            self.recipients.append(captured.recipient)
            if self.keep:
                self.messages.append(captured)
        return reply


class _Session(asyncio.Protocol):
    def __init__(self, server: CaptureServer) -> None:
        self.server = server
        self.rest = b""
        self.in_data = self.is_thinking = self.is_counted = False
        self.sender = ""
        self.recipient = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        server = self.server
        self.is_counted = not server.allowed or server.sessions < server.allowed
        if not self.is_counted:
            server.turned_away += 1
            transport.write(b"421 4.7.0 too many connections from your host\r\n")
            transport.close()
            return
        server.sessions += 1
        server.most_sessions = max(server.most_sessions, server.sessions)
        transport.write(b"220 capture.test ESMTP\r\n")

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self.is_counted:
            self.server.sessions -= 1

    def data_received(self, data: bytes) -> None:
        self.rest += data
        self._work()

    def _work(self) -> None:
        while self.rest and not self.is_thinking:
            if self.in_data:
                if not self._body():
                    return
                continue
            line, end, rest = self.rest.partition(b"\r\n")
            if not end:
                return
            self.rest = rest
            self._command(line.decode("utf-8", "replace"))

    def _body(self) -> bool:
        """Take a finished message out of the buffer; False while its end has not come."""
        if self.rest.startswith(b".\r\n"):
            body, rest = b"", self.rest[3:]
        else:
            body, end, rest = self.rest.partition(b"\r\n.\r\n")
            if not end:
                return False
            body += b"\r\n"
        self.rest, self.in_data = rest, False
        data = (b"\r\n" + body).replace(b"\r\n..", b"\r\n.")[2:]
        reply = self.server.take(Captured(self.sender, self.recipient, data))
        self.sender = self.recipient = ""
        if reply is None:
            self.transport.abort()
            return False
        if self.server.seconds_a_message:
            self.is_thinking = True
            asyncio.get_running_loop().call_later(
                self.server.seconds_a_message, self._end_thinking, reply
            )
        else:
            self._say(reply)
        return True

    def _end_thinking(self, reply: str) -> None:
        self.is_thinking = False
        if not self.transport.is_closing():
            self._say(reply)
            self._work()

    def _command(self, line: str) -> None:
        self.server.commands.append(line[:60])
        verb = line[:4].upper()
        if verb == "EHLO":
            names = ["capture.test", *self.server.extensions]
            for name in names[:-1]:
                self._say(f"250-{name}")
            self._say(f"250 {names[-1]}")
        elif verb == "MAIL":
            self._mail(line)
        elif verb == "RCPT":
            self._rcpt(line)
        elif verb == "DATA":
            self.in_data = bool(self.recipient)
            self._say("354 go on" if self.recipient else "503 no recipient")
        elif verb == "QUIT":
            self._say("221 bye")
            self.transport.close()
        else:
            if verb == "RSET":
                self.sender = self.recipient = ""
            self._say("250 ok")

    def _mail(self, line: str) -> None:
        if self.sender:
            self._say("503 nested MAIL")
            return
        self.sender = line.partition("<")[2].partition(">")[0] or "<>"
        self._say("250 ok")

    def _rcpt(self, line: str) -> None:
        address = line.partition("<")[2].partition(">")[0]
        reply = self.server.replies.get(address) or self.server.replies.get("*") or "250 ok"
        if reply.startswith("2"):
            self.recipient = address
        self._say(reply)
        if reply.startswith("421"):
            self.transport.close()

    def _say(self, line: str) -> None:
        self.transport.write(line.encode() + b"\r\n")
