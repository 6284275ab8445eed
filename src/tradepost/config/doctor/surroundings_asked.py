"""The services around the product, asked without Django: do they answer, and do their clocks agree?"""

import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from urllib.parse import urlsplit

import psycopg

from tradepost.config import databases
from tradepost.config.doctor.types import Diagnosis, fail, ok, warn
from tradepost.config.environment import Environment, variable
from tradepost.config.processes.surroundings import CannotStart, is_there, require_database
from tradepost.lib.smtp import Relay

SECONDS = 10.0
_APART_SECONDS = 5.0
_CERTIFICATE_DAYS = 14
_OLDEST_POSTGRESQL = 150_000


def database(here: Environment) -> Diagnosis:
    began = time.monotonic()
    try:
        require_database(here)
    except CannotStart as problem:
        mend = f"Start it, or mend {variable('database_url')}; everything waits for it meanwhile."
        return fail("database", str(problem), mend)
    return ok("database", f"It answers within {(time.monotonic() - began) * 1000:.0f} ms.")


def findings(here: Environment) -> Iterator[Diagnosis]:
    yield from _postgresql(here)
    yield from _services(here)
    yield from _relay(here)
    yield from _listener(here)
    yield _web(here)
    yield from _public_name(here)


def _postgresql(here: Environment) -> Iterator[Diagnosis]:
    """Its version and its clock. Away: that was said already."""
    chosen = databases.database(here)
    if chosen["ENGINE"].endswith("sqlite3"):
        return
    names = {
        "NAME": "dbname",
        "USER": "user",
        "PASSWORD": "password",
        "HOST": "host",
        "PORT": "port",
    }
    words = {word: chosen[key] for key, word in names.items() if chosen[key]}
    try:
        with psycopg.connect(**words, connect_timeout=5) as connection:
            version = connection.info.server_version
            row = connection.execute("SELECT clock_timestamp()").fetchone()
            there: datetime = row[0] if row else datetime.now(UTC)
            apart = abs((datetime.now(UTC) - there).total_seconds())
    except psycopg.Error:
        return
    if version < _OLDEST_POSTGRESQL:
        says = f"PostgreSQL {version // 10_000} is older than 15."
        yield fail("database", says, "Upgrade it: the framework works with 15 and later.")
    if apart > _APART_SECONDS:
        says = f"The database's clock and this machine's are {apart:.0f} seconds apart."
        yield fail("clock", says, "Let chrony or systemd-timesyncd set both clocks.")


def _services(here: Environment) -> Iterator[Diagnosis]:
    for name, field in (("broker", "broker_url"), ("cache", "cache_url")):
        address = getattr(here, field)
        if not address:
            continue
        if is_there(address):
            yield ok(name, "Somebody answers at its address.")
        else:
            mend = f"Start it, or mend {variable(field)}; nothing is lost meanwhile."
            yield fail(name, "Nobody answers at its address.", mend)


def _relay(here: Environment) -> Iterator[Diagnosis]:
    """As far as a letter would come without being sent: greeting, TLS, password."""
    if not here.smtp_url:
        return
    relay = Relay.from_url(here.smtp_url)
    name = f"{relay.host}:{relay.port}"
    try:
        with closing(_greeted(relay)) as connection:
            is_sealed = isinstance(connection.sock, ssl.SSLSocket)
            if relay.user:
                connection.login(relay.user, relay.password)
    except smtplib.SMTPAuthenticationError:
        yield fail("relay", f"{name} refuses the password.", f"Mend {variable('smtp_url')}.")
    except smtplib.SMTPNotSupportedError as error:
        mend = f"Ask its owner, or mend {variable('smtp_url')}."
        yield fail("relay", f"{name} answers, but: {error}", mend)
    except ssl.SSLError as error:
        mend = (
            f"Use the name on its certificate in {variable('smtp_url')}, or renew the certificate."
        )
        yield fail("relay", f"TLS with {name} fails ({error.reason}).", mend)
    except (OSError, smtplib.SMTPException) as error:
        reason = str(error) or type(error).__name__
        mend = f"Start it, open the port, or mend {variable('smtp_url')}; mail waits meanwhile."
        yield fail("relay", f"{name} does not answer ({reason}).", mend)
    else:
        if is_sealed or relay.is_local:
            yield ok("relay", f"{name} answers{' with TLS' if is_sealed else ''}.")
        else:
            mend = f"Add ?starttls=require to {variable('smtp_url')}, or use smtps://."
            yield warn("relay", f"{name} answers without TLS: mail can be read on the way.", mend)


def _greeted(relay: Relay) -> smtplib.SMTP:
    """Raises: OSError, smtplib.SMTPException."""
    context = relay.ssl_context()
    if relay.tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            relay.host, relay.port, timeout=SECONDS, context=context
        )
    else:
        connection = smtplib.SMTP(relay.host, relay.port, timeout=SECONDS)
    connection.ehlo()
    if not relay.tls and (relay.starttls or connection.has_extn("starttls")):
        connection.starttls(context=context)
        connection.ehlo()
    return connection


def _listener(here: Environment) -> Iterator[Diagnosis]:
    """What comes back must reach the product, or dead mailboxes are written to for ever."""
    if not here.smtp_url:
        return
    if not here.mailin_url:
        if not here.mailbox_url:
            mend = f"Set {variable('mailin_url')} or {variable('mailbox_url')}."
            yield warn("returned mail", "Nothing takes it in.", mend)
        return
    address = urlsplit(here.mailin_url)
    port = address.port or (25 if address.scheme == "smtp" else 2424)
    if _connects(_reachable(address.hostname or ""), port):
        yield ok("returned mail", f"Somebody listens at {here.mailin_url}.")
    else:
        mend = "Start `tradepost mailin` (or `tradepost up`); its log says what hinders it."
        yield fail("returned mail", f"Nobody listens at {here.mailin_url}.", mend)


def _web(here: Environment) -> Diagnosis:
    """The web server of this machine, if one runs here."""
    host, port = _reachable(here.host), here.port
    try:
        with socket.create_connection((host, port), SECONDS) as wire:
            wire.sendall(
                b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            )
            with wire.makefile("rb") as answer:
                said = answer.read(4_000)
    except OSError as error:
        says = f"Nobody answers at {host}:{port} ({error.strerror or type(error).__name__})."
        return warn("web", says, "Start `tradepost up`, unless another machine has the web server.")
    if said.split(b" ", 2)[1:2] == [b"200"]:
        return ok("web", f"{host}:{port} is ready.")
    says = said.rpartition(b"\r\n\r\n")[2].decode(errors="replace").strip()[:200]
    mend = "See the lines about the database; if they are well, see the web server's log."
    return fail("web", f"{host}:{port} is not ready: {says or 'no answer'}.", mend)


def _public_name(here: Environment) -> Iterator[Diagnosis]:
    """The name that people type leads somewhere, and its certificate holds."""
    address = urlsplit(here.base_url)
    host = address.hostname or ""
    if not here.is_public:
        return
    try:
        socket.getaddrinfo(host, None)
    except OSError:
        mend = f"Publish an A or AAAA record for it, or mend {variable('public_url')}."
        yield fail("dns", f"{host} has no network address.", mend)
        return
    yield ok("dns", f"{host} has a network address.")
    if address.scheme == "https":
        yield _certificate(host, address.port or 443)


def _certificate(host: str, port: int) -> Diagnosis:
    mend = "See the proxy in front: its log, and whatever renews its certificate."
    try:
        with (
            socket.create_connection((host, port), SECONDS) as wire,
            ssl.create_default_context().wrap_socket(wire, server_hostname=host) as sealed,
        ):
            told = sealed.getpeercert() or {}
    except ssl.SSLError as error:
        return fail("certificate", f"That of {host}:{port} is not good ({error.reason}).", mend)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return warn("certificate", f"{host}:{port} does not answer from here ({reason}).", mend)
    ends = ssl.cert_time_to_seconds(str(told["notAfter"]))
    days = int((ends - time.time()) // 86_400)
    if days < _CERTIFICATE_DAYS:
        return warn("certificate", f"That of {host} ends in {days} days.", mend)
    return ok("certificate", f"That of {host} holds for {days} days.")


def _reachable(host: str) -> str:
    """Whom to ask, where a server listens everywhere."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104  asked, not bound to


def _connects(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), SECONDS).close()
    except OSError:
        return False
    return True
