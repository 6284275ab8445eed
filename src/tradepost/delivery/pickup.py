"""Fetching returned mail from a mailbox, where no mail server can hand it over.

The mailbox is ours alone: a catch-all for the mail domain, or where a provider puts what comes to it.
A message is deleted there only after it was acted on or kept in the database; a crash in between acts
on it a second time, which changes nothing.
"""

import imaplib
import logging
import poplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import Message
from email.utils import getaddresses
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.core.cache import cache

from tradepost.delivery.actions.receive import NotOurs, take
from tradepost.delivery.bounces import email_of
from tradepost.delivery.incoming.addresses import AddressUse, place_of
from tradepost.delivery.queries import mail_domain

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20
_LONGEST_ERROR = 10_000
MOST_AT_ONCE = 500
LARGEST = 10_000_000
# poplib gives up a whole session at a line of 2,048 letters, for ever: one such message would stop all.
poplib._MAXLINE = LARGEST  # type: ignore[attr-defined]  # has no other way in
_AWAY = "delivery.pickup.away"
_WHERE = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Forwarded-To")
_WHERE_TOO = ("To", "Cc", "Resent-To")


class MailboxError(OSError):
    """The mailbox cannot be read now; the text says why."""


class Mailbox(Protocol):
    def messages(self) -> Iterator[tuple[str, bytes]]:
        """Name and source of each message that is not too large."""

    def delete(self, name: str) -> None: ...


def pick_up() -> int:
    """Deal with what lies in the mailbox; returns how many messages. Waits for a server that is away,
    and says so once."""
    if not settings.TRADEPOST.mailbox_url:
        return 0
    try:
        done = _empty()
    except MailboxError as error:
        if not cache.get(_AWAY):
            logger.error("the mailbox for returned mail cannot be read: %s", error)  # noqa: TRY400  once, and short: it is looked at every minute
        cache.set(_AWAY, str(error)[:300], None)
        return 0
    if cache.get(_AWAY):
        logger.warning("the mailbox for returned mail is back")
        cache.delete(_AWAY)
    return done


def what_is_wrong() -> str:
    """Why the mailbox could not be read the last time; empty when it could."""
    return str(cache.get(_AWAY) or "")


def _empty() -> int:
    done = 0
    with opened(settings.TRADEPOST.mailbox_url) as mailbox:
        for name, content in mailbox.messages():
            _deal_with(content)
            mailbox.delete(name)
            done += 1
            if done == MOST_AT_ONCE:
                break
    return done


def _deal_with(content: bytes) -> None:
    for recipient in recipients_of(email_of(content)):
        said = take(recipient=recipient, content=content)
        logger.info("returned mail: %s", said)


def recipients_of(message: Message) -> list[str]:
    """Which of our addresses a message came to: the signed ones if there are any, since they say whom
    it is about; else the roles and shops; else it is the postmaster's, for nothing is lost."""
    found = _ours(message, _WHERE) or _ours(message, _WHERE_TOO)
    signed = [at for at, use in found.items() if use in {AddressUse.BOUNCE, AddressUse.UNSUBSCRIBE}]
    return signed or list(found) or [f"postmaster@{mail_domain()}"]


def _ours(message: Message, names: tuple[str, ...]) -> dict[str, AddressUse]:
    found: dict[str, AddressUse] = {}
    values = [str(value)[:2000] for name in names for value in message.get_all(name, [])[:5]]
    for _name, address in getaddresses(values)[:50]:
        with suppress(NotOurs):
            found[address.lower()] = place_of(address).use
    return found


@contextmanager
def opened(url: str) -> Iterator[Mailbox]:
    """Raises: MailboxError."""
    where = urlsplit(url)
    box = _Imap if where.scheme.startswith("imap") else _Pop
    try:
        mailbox = box(where)
        try:
            yield mailbox
        finally:
            mailbox.close()
    except (OSError, imaplib.IMAP4.error, poplib.error_proto, EOFError) as error:
        if isinstance(error, MailboxError):
            raise
        raise MailboxError(_without_secrets(error, where)) from error


def _without_secrets(error: Exception, where: SplitResult) -> str:
    text = f"{where.hostname}: {type(error).__name__}: {error}"[:_LONGEST_ERROR]
    if where.password:  # some servers repeat it; before the cut, so that no half of it is left
        text = text.replace(unquote(where.password), "…")
    return text[:300]


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Imap:
    """RFC 9051, with as little as old servers know."""

    def __init__(self, where: SplitResult) -> None:
        host = where.hostname or "localhost"
        if where.scheme == "imaps":
            self._server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                host, where.port or 993, ssl_context=_trusted(), timeout=TIMEOUT_SECONDS
            )
        else:
            self._server = imaplib.IMAP4(host, where.port or 143, timeout=TIMEOUT_SECONDS)
            if not _is_this_machine(host):
                self._server.starttls(_trusted())
        self._server.login(unquote(where.username or ""), unquote(where.password or ""))
        folder = unquote(where.path.strip("/")) or "INBOX"
        self._must(self._server.select(f'"{folder}"'))

    def messages(self) -> Iterator[tuple[str, bytes]]:
        found = self._must(self._server.uid("SEARCH", f"UNDELETED SMALLER {LARGEST}"))
        for uid in (found[0] or b"").split()[:MOST_AT_ONCE]:
            state, answer = self._server.uid("FETCH", uid.decode(), "(BODY.PEEK[])")
            for part in answer if state == "OK" else []:  # somebody else may have taken it
                if isinstance(part, tuple):
                    yield uid.decode(), part[1]
                    break

    def delete(self, name: str) -> None:
        self._must(self._server.uid("STORE", name, "+FLAGS.SILENT", r"(\Deleted)"))

    def close(self) -> None:
        """EXPUNGE removes what is marked; without it a message would be looked at for ever."""
        with suppress(OSError, imaplib.IMAP4.error):
            self._server.expunge()
        with suppress(OSError, imaplib.IMAP4.error):
            self._server.logout()

    def _must[Part](self, answer: tuple[str, list[Part]]) -> list[Part]:
        state, data = answer
        if state != "OK":
            raise MailboxError(f"IMAP: {data!r}"[:300])
        return data


class _Pop:
    """RFC 1939. A message is gone when the session ends in order; else the server keeps all."""

    def __init__(self, where: SplitResult) -> None:
        host = where.hostname or "localhost"
        if where.scheme == "pop3s":
            self._server: poplib.POP3 = poplib.POP3_SSL(
                host, where.port or 995, context=_trusted(), timeout=TIMEOUT_SECONDS
            )
        else:
            self._server = poplib.POP3(host, where.port or 110, timeout=TIMEOUT_SECONDS)
            if not _is_this_machine(host):
                self._server.stls(_trusted())
        self._server.user(unquote(where.username or ""))
        self._server.pass_(unquote(where.password or ""))

    def messages(self) -> Iterator[tuple[str, bytes]]:
        sizes = (line.split() for line in self._server.list()[1])
        small = [number.decode() for number, size in sizes if int(size) < LARGEST]
        for number in small[:MOST_AT_ONCE]:
            lines = self._server.retr(int(number))[1]
            yield number, b"\r\n".join(lines) + b"\r\n"

    def delete(self, name: str) -> None:
        self._server.dele(int(name))

    def close(self) -> None:
        with suppress(OSError, poplib.error_proto):
            self._server.quit()
