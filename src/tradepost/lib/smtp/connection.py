"""One connection: a greeting in small steps, then a state machine driven by the server's replies."""

import asyncio
import base64
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol, override

from tradepost.lib.smtp.words import CannotConnect, Envelope, Relay, SmtpOutcome, Verdict

_MAX_REPLY = 65_536
_NO_MORE = b"421"
_LONGEST_REASON = 1000


class Feed(Protocol):
    """Where a connection gets its envelopes and leaves its news."""

    def take(self) -> Envelope | None: ...
    def give_back(self, connection: "Connection", envelope: Envelope, why: bytes) -> None: ...
    def starting(self, envelope: Envelope) -> None: ...
    def ended(self, envelope: Envelope, outcome: SmtpOutcome) -> None: ...
    def closed(self, connection: "Connection") -> None: ...


class Connection(asyncio.Protocol):
    def __init__(self, relay: Relay, feed: Feed) -> None:
        self.relay = relay
        self.feed = feed
        self.extensions: dict[str, str] = {}
        self.heard_at = time.monotonic()
        self.is_open = False
        self.was_open = False  # the greeting and all that belongs to it went well
        self.answers = 0  # about messages, whatever they were
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._expected: deque[Callable[[bytes], None]] = deque()
        self._asked: asyncio.Future[list[bytes]] | None = None
        self._lines: list[bytes] = []
        self._offered: Envelope | None = None  # its commands were sent
        self._flying: Envelope | None = None  # its body was sent, no answer yet
        self._refusal: SmtpOutcome | None = None
        self._mail_taken = False
        self._pipelining = False

    # Opening -------------------------------------------------------------------------------------

    @classmethod
    async def open(cls, relay: Relay, feed: Feed) -> "Connection":
        """Connect, greet, secure, sign in.

        Raises:
            CannotConnect
        """
        loop = asyncio.get_running_loop()
        connection = cls(relay, feed)
        try:
            async with asyncio.timeout(relay.connect_seconds):
                await loop.create_connection(
                    lambda: connection,
                    relay.host,
                    relay.port,
                    ssl=relay.ssl_context() if relay.tls else None,
                )
                await connection._prepare()
        except (OSError, TimeoutError) as error:
            connection.abort()
            if isinstance(error, CannotConnect):
                raise
            raise CannotConnect(
                f"{relay.host}:{relay.port}: {str(error) or 'no answer'}"
            ) from error
        connection.is_open = connection.was_open = True
        return connection

    async def _prepare(self) -> None:
        await self._ask(b"", b"220")
        await self._hello()
        if not self.relay.tls and "STARTTLS" in self.extensions:
            await self._secure()
        elif self.relay.starttls and not self.relay.tls:
            raise CannotConnect("the relay offers no STARTTLS, which the settings insist on")
        if self.relay.user:
            await self._sign_in()
        self._pipelining = "PIPELINING" in self.extensions

    async def _hello(self) -> None:
        name = self.relay.hello.encode()
        try:
            lines = await self._ask(b"EHLO " + name, b"250")
        except CannotConnect:
            lines = await self._ask(b"HELO " + name, b"250")
        self.extensions = {}
        for line in lines[1:]:
            word, _, rest = line[4:].decode("ascii", "replace").partition(" ")
            self.extensions[word.upper()] = rest

    async def _secure(self) -> None:
        await self._ask(b"STARTTLS", b"220")
        if self._rest:  # somebody slipped plain text in before the handshake (CVE-2011-0411)
            raise CannotConnect("the relay talked on after STARTTLS")
        assert self._transport is not None
        loop = asyncio.get_running_loop()
        secured = await loop.start_tls(
            self._transport, self, self.relay.ssl_context(), server_hostname=self.relay.host
        )
        self._transport = secured
        await self._hello()

    async def _sign_in(self) -> None:
        assert self._transport is not None
        if not self._transport.get_extra_info("sslcontext") and not self.relay.is_local:
            raise CannotConnect("the relay offers no TLS; the password is not sent in the clear")
        user, password = self.relay.user.encode(), self.relay.password.encode()
        offered = self.extensions.get("AUTH", "").upper().split()
        if "PLAIN" in offered or not offered:
            token = base64.b64encode(b"\0" + user + b"\0" + password)
            await self._ask(b"AUTH PLAIN " + token, b"235")
        elif "LOGIN" in offered:
            await self._ask(b"AUTH LOGIN", b"334")
            await self._ask(base64.b64encode(user), b"334")
            await self._ask(base64.b64encode(password), b"235")
        else:
            raise CannotConnect(f"no way of signing in that we know: {' '.join(offered)}")

    async def _ask(self, command: bytes, wanted: bytes) -> list[bytes]:
        if self._transport is None or self._transport.is_closing():
            raise CannotConnect("the relay hung up")
        self._asked = asyncio.get_running_loop().create_future()
        self._lines = []
        self._expected.append(self._answer)
        if command:
            self._write(command + b"\r\n")
        lines = await self._asked
        if not lines[-1].startswith(wanted):
            verb = command.split(b" ")[0].decode()
            raise CannotConnect(f"{verb or 'greeting'}: {lines[-1].decode('utf-8', 'replace')}")
        return lines

    def _answer(self, line: bytes) -> None:
        if self._asked and not self._asked.done():
            self._asked.set_result([*self._lines, line])
        self._lines = []

    # What asyncio calls --------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        lines = (self._rest + data).split(b"\r\n")
        self._rest = lines.pop()
        for line in lines:
            if line[3:4] == b"-":
                self._lines.append(line)
            elif not self._expected or not line[:3].isdigit() or len(line) < 3:
                # A reply to nothing (421 on an idle connection), or no reply at all: who talks so may
                # have taken a message or not, and is not talked to any more.
                self.abort()
                return
            else:
                # Whole replies only: one that is dripped line by line would never end.
                self.heard_at = time.monotonic()
                expected = self._expected.popleft()
                if self._lines and expected != self._answer:
                    line, self._lines = _joined([*self._lines, line]), []
                expected(line)
        if len(self._rest) > _MAX_REPLY or len(self._lines) > 1000:
            self.abort()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        self._expected.clear()
        if self._asked and not self._asked.done():
            self._asked.set_exception(CannotConnect("the relay hung up"))
        flying, self._flying = self._flying, None
        offered, self._offered = self._offered, None
        if flying:
            self.feed.ended(flying, SmtpOutcome(Verdict.UNCERTAIN, b"connection lost", "body"))
        if offered:
            self.feed.give_back(self, offered, b"connection lost")
        self.feed.closed(self)

    # Sending -------------------------------------------------------------------------------------

    @property
    def is_idle(self) -> bool:
        return self.is_open and not self._expected

    @property
    def is_overdue(self) -> bool:
        """Without a whole reply for longer than the relay may be (RFC 5321 §4.5.3.2 grants minutes)."""
        limit = self.relay.data_seconds if self._flying else self.relay.command_seconds
        return bool(self._expected) and time.monotonic() - self.heard_at > limit

    def go(self) -> None:
        """Take the first envelope; from here on the replies drive everything."""
        self.heard_at = time.monotonic()
        if commands := self._offer():
            self._write(commands)

    def abort(self) -> None:
        self.is_open = False
        if self._transport:
            self._transport.abort()

    def quit(self) -> None:
        if self.is_idle:
            self._write(b"QUIT\r\n")
        self.is_open = False
        if self._transport:
            self._transport.close()

    def _offer(self) -> bytes:
        """The commands that introduce the next envelope; nothing when there is none."""
        envelope = self.feed.take()
        while envelope and envelope.utf8 and "SMTPUTF8" not in self.extensions:
            no = SmtpOutcome(Verdict.REFUSED, b"550 5.6.7 relay knows no SMTPUTF8", "MAIL")
            self.feed.ended(envelope, no)
            envelope = self.feed.take()
        if envelope is None:
            return b""
        self._offered, self._refusal, self._mail_taken = envelope, None, False
        self._expected.append(self._on_mail)
        mark = b" SMTPUTF8" if envelope.utf8 else b""
        mail = b"MAIL FROM:<%b>%b\r\n" % (envelope.sender, mark)
        if not self._pipelining:
            return mail
        self._expected.extend((self._on_rcpt, self._on_data))
        return b"%bRCPT TO:<%b>\r\nDATA\r\n" % (mail, envelope.recipient)

    def _on_mail(self, line: bytes) -> None:
        self._mail_taken = line[:1] == b"2"
        if not self._mail_taken:
            self._refusal = _refused(line, "MAIL")
        if self._pipelining:
            return
        if self._refusal:
            self._give_up()
        elif self._offered:
            self._expected.append(self._on_rcpt)
            self._write(b"RCPT TO:<%b>\r\n" % self._offered.recipient)

    def _on_rcpt(self, line: bytes) -> None:
        if line[:1] != b"2" and not self._refusal:
            self._refusal = _refused(line, "RCPT")
        if self._pipelining:
            return
        if self._refusal:
            self._give_up()
        else:
            self._expected.append(self._on_data)
            self._write(b"DATA\r\n")

    def _on_data(self, line: bytes) -> None:
        if line[:3] == b"354":
            if self._refusal:  # no recipient, yet it wants data: end it empty (RFC 2920 §3.1)
                self._expected.append(self._on_discarded)
                self._write(b".\r\n")
            else:
                self._send_body()
            return
        self._refusal = self._refusal or _refused(line, "DATA")
        self._give_up()

    def _on_discarded(self, line: bytes) -> None:  # noqa: ARG002  the form of every answer
        self._mail_taken = False  # the dot ended the transaction
        self._give_up()

    def _send_body(self) -> None:
        envelope = self._offered
        assert envelope is not None
        data = envelope.data
        if envelope.dots and (b"\r\n." in data or data.startswith(b".")):
            data = (b"\r\n" + data).replace(b"\r\n.", b"\r\n..")[2:]
        self.feed.starting(envelope)  # must be on record before the first byte of the body leaves
        self._flying, self._offered = envelope, None
        self._expected.append(self._on_body)
        ahead = self._offer() if self._pipelining else b""
        self._write(b"%b.\r\n%b" % (data, ahead))

    def _on_body(self, line: bytes) -> None:
        envelope, self._flying = self._flying, None
        assert envelope is not None
        self.answers += 1
        if line[:1] == b"2":
            self.feed.ended(envelope, SmtpOutcome(Verdict.SENT, line, "body"))
        else:
            self.feed.ended(envelope, _refused(line, "body"))
        if line[:3] == _NO_MORE:
            self._leave()
        elif self._offered is None:
            self.go()

    def _give_up(self) -> None:
        """This envelope ends here; say so, clear the table, take the next."""
        envelope, refusal = self._offered, self._refusal
        assert envelope is not None
        assert refusal is not None
        self._offered = self._refusal = None
        if refusal.line[:3] != _NO_MORE:
            self.answers += 1
        if refusal.line[:3] == _NO_MORE:  # the relay closes; nothing was said about the recipient
            self.feed.give_back(self, envelope, refusal.line)
            self._leave()
            return
        self.feed.ended(envelope, refusal)
        reset = b""
        if self._mail_taken:
            self._expected.append(self._on_reset)
            reset = b"RSET\r\n"
        if commands := reset + self._offer():
            self._write(commands)

    def _on_reset(self, line: bytes) -> None:
        if line[:1] != b"2":
            self._leave()

    def _leave(self) -> None:
        self._expected.clear()
        self.abort()

    def _write(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.write(data)


def _joined(lines: list[bytes]) -> bytes:
    """A reply of several lines as one: the code, then all the words, for the reason may be in any."""
    return (lines[-1][:4] + b" ".join(line[4:].strip() for line in lines))[:_LONGEST_REASON]


def _refused(line: bytes, at: str) -> SmtpOutcome:
    """5xx for good; 4xx, and whatever else a broken server says, for now."""
    verdict = Verdict.REFUSED if line[:1] == b"5" else Verdict.DEFERRED
    return SmtpOutcome(verdict, line, at)
