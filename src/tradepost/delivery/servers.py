"""Mail servers of our own, for mail that comes in: the demo's catcher, and returned mail."""

import asyncio
import logging
import signal
from collections import Counter
from collections.abc import Callable
from functools import partial
from ipaddress import ip_address

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import close_old_connections

from tradepost.delivery.actions.receive import is_ours, take, waits_for_room
from tradepost.delivery.personal_files.caught import keep
from tradepost.jobs.outages import outage_of
from tradepost.lib.addresses import truncate_ip
from tradepost.lib.processes import open_many_files

logger = logging.getLogger(__name__)

_LARGEST_CAUGHT = 40_000_000
_LARGEST_RETURNED = 10_000_000
_OK = "250 2.0.0 ok"
_BUSY = "4.3.2 too busy, try again later"
# A message lies in memory while it comes, three times at its end; a connection costs next to nothing.
CONNECTIONS = 1_000
CONNECTIONS_OF_ONE_NETWORK = 50
MESSAGES_AT_ONCE = 12
MESSAGES_OF_ONE_NETWORK = 4
MESSAGE_SECONDS = 300.0


class Catcher:
    """Keeps every message as a file instead of delivering it; returned mail is acted on as well."""

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = _bytes(envelope)
        await _in_thread(
            partial(keep, sender=envelope.mail_from, to=envelope.rcpt_tos, content=content)
        )
        for recipient in envelope.rcpt_tos:
            if await _in_thread(partial(is_ours, recipient)):
                await _in_thread(partial(_act, recipient, content, envelope.mail_from))
        return "250 2.0.0 caught"

    async def handle_exception(self, error: Exception) -> str:
        return _excuse(error)


class Returned:
    """Takes mail to our own addresses, and nothing else: no open relay."""

    def __init__(self, *, lmtp: bool = False) -> None:
        self._lmtp = lmtp

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not await _in_thread(partial(is_ours, address)):
            return "550 5.1.1 no such address here"
        if await _in_thread(partial(waits_for_room, address)):
            return "452 4.2.2 enough for today, try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content, sender = _bytes(envelope), envelope.mail_from
        answers = [await _taken(recipient, content, sender) for recipient in envelope.rcpt_tos]
        if self._lmtp:  # RFC 2033 §4.2: one answer for each recipient
            return "\r\n".join(answers)
        return next((answer for answer in answers if answer != _OK), _OK)

    async def handle_exception(self, error: Exception) -> str:
        return _excuse(error)


class Crowd:
    """Who is connected, and who hands over, by network: strangers cannot take all the room, nor all memory.

    The mail server in front of us stands on this machine or in its network, and speaks for everybody.
    """

    def __init__(self) -> None:
        self.connected: Counter[str] = Counter()
        self.handing_over: Counter[str] = Counter()

    def has_room(self, network: str) -> bool:
        return _fits(self.connected, network, CONNECTIONS, CONNECTIONS_OF_ONE_NETWORK)

    def may_hand_over(self, network: str) -> bool:
        return _fits(self.handing_over, network, MESSAGES_AT_ONCE, MESSAGES_OF_ONE_NETWORK)


def _fits(counted: Counter[str], network: str, most: int, most_of_one: int) -> bool:
    return counted.total() < most and (not network or counted[network] < most_of_one)


def _stranger(peer: object) -> str:
    """The network that somebody comes from; empty for neighbours."""
    host = str(peer[0]) if isinstance(peer, tuple) and peer else ""
    try:
        return truncate_ip(host) if ip_address(host.partition("%")[0]).is_global else ""
    except ValueError:
        return ""


class _Bounded(SMTP):
    """Turns away whom there is no room for, with words after which a mail server comes again."""

    crowd: Crowd
    _network: str | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        network = _stranger(transport.get_extra_info("peername"))
        if not self.crowd.has_room(network):
            if isinstance(transport, asyncio.WriteTransport):
                transport.write(f"421 {_BUSY}\r\n".encode())
            transport.close()
            return
        self._network = network
        self.crowd.connected[network] += 1

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        if self._network is not None:
            self.crowd.connected[self._network] -= 1
            self._network = None

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  aiosmtpd's name
        network = self._network or ""
        if not self.crowd.may_hand_over(network):
            await self.push(f"452 {_BUSY}")
            return
        self.crowd.handing_over[network] += 1
        try:
            async with asyncio.timeout(MESSAGE_SECONDS):
                await super().smtp_DATA(arg)
        except TimeoutError:
            await self.push(f"421 {_BUSY}")
            if self.transport:
                self.transport.close()
        finally:
            self.crowd.handing_over[network] -= 1


class BoundedSMTP(_Bounded):
    """For whoever sends to us directly."""


class BoundedLMTP(_Bounded, LMTP):
    """For the mail server in front of us."""


async def _taken(recipient: str, content: bytes, sender: str | None) -> str:
    try:
        await _in_thread(partial(_act, recipient, content, sender))
    except Exception as error:  # noqa: BLE001  logged; the other server is told to come again
        return _excuse(error)
    return _OK


def _excuse(error: Exception) -> str:
    """While a neighbour is away the other server keeps the mail and comes again; nothing is refused."""
    if what := outage_of(error):
        logger.error("mail waits at its sender: %s is away", what)
    else:
        logger.error("mail could not be taken", exc_info=error)
    return "451 4.3.0 try again later"


def _bytes(envelope: Envelope) -> bytes:
    content = envelope.content or b""
    return content.encode() if isinstance(content, str) else content


def serve_catcher(port: int) -> None:
    """Until SIGTERM or Ctrl-C. Loopback only: what it holds is for whoever runs the demo."""

    def protocol() -> SMTP:
        return SMTP(
            Catcher(), data_size_limit=_LARGEST_CAUGHT, enable_SMTPUTF8=True, ident="Tradepost"
        )

    asyncio.run(_serve(protocol, "127.0.0.1", port))


def serve_returned(host: str, port: int, *, lmtp: bool) -> None:
    """Until SIGTERM or Ctrl-C."""
    open_many_files()
    asyncio.run(_serve(partial(returned_mail, Crowd(), lmtp=lmtp), host, port))


def returned_mail(crowd: Crowd, *, lmtp: bool) -> SMTP:
    """What speaks with one connection."""
    kind = BoundedLMTP if lmtp else BoundedSMTP
    made = kind(
        Returned(lmtp=lmtp),
        data_size_limit=_LARGEST_RETURNED,
        enable_SMTPUTF8=True,
        ident="Tradepost",
    )
    made.crowd = crowd
    return made


async def _serve(protocol: Callable[[], SMTP], host: str, port: int) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(protocol, host, port)
    async with server:
        await stop.wait()


async def _in_thread[Result](work: Callable[[], Result]) -> Result:
    return await asyncio.get_running_loop().run_in_executor(None, _with_database, work)


def _with_database[Result](work: Callable[[], Result]) -> Result:
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()


def _act(recipient: str, content: bytes, sender: str | None) -> None:
    done = take(recipient=recipient, content=content, sender=sender)
    logger.info("returned mail: %s", done)
