"""TLS and signing in, against aiosmtpd and certificates made on the spot."""

import asyncio
import ipaddress
import ssl
import threading
from datetime import timedelta
from urllib.parse import quote

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

from tradepost.delivery.tests.test_smtp_client import envelope
from tradepost.lib.smtp import Pool, Relay, Verdict

USER, PASSWORD = "shop", "p@ss:word/ü"


class Mailbox:
    """Keeps how each message came: over TLS, by whom."""

    def __init__(self):
        self.came = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        who = session.auth_data.login.decode() if session.auth_data else ""
        self.came.append((bool(server.transport.get_extra_info("sslcontext")), who))
        return "250 OK"


def certificate(folder, name="127.0.0.1"):
    """A self-signed certificate for this name: (server's context, file that trusts it)."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "relay")])
    try:
        of = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        of = x509.DNSName(name)
    now = timezone.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([of]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / f"{name}.pem", folder / f"{name}.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public


def check(server, session, envelope, mechanism, auth_data):
    right = (auth_data.login, auth_data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False, auth_data=auth_data)


@pytest.fixture
def relay_with():
    """A running aiosmtpd: ``relay_with(**options)`` → (mailbox, port)."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def start(*, implicit=None, **options):
        mailbox = Mailbox()
        serving = loop.create_server(
            lambda: SMTP(mailbox, loop=loop, **options), "127.0.0.1", 0, ssl=implicit
        )
        server = asyncio.run_coroutine_threadsafe(serving, loop).result(10)
        return mailbox, server.sockets[0].getsockname()[1]

    async def end():
        talking = asyncio.all_tasks() - {asyncio.current_task()}
        for task in talking:
            task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)

    yield start
    asyncio.run_coroutine_threadsafe(end(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)


@pytest.fixture
def trusted(tmp_path, monkeypatch):
    """A server context whose certificate this machine trusts, as if a known authority had signed it."""
    context, public = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    return context


@pytest.fixture
def unknown(tmp_path):
    return certificate(tmp_path)[0]


def deliver(url):
    """The verdict on one message through this relay, and what the pool says was wrong."""

    async def run():
        pool = Pool(Relay.from_url(url), size=1)
        try:
            outcomes = await pool.hand_over([envelope(1)], seconds=20)
        finally:
            await pool.close()
        return outcomes[1].verdict, pool.trouble

    return asyncio.run(run())


def account(password=PASSWORD):
    return f"{USER}:{quote(password, safe='')}"


def test_what_offers_tls_gets_it(relay_with, trusted):
    mailbox, port = relay_with(tls_context=trusted)
    assert deliver(f"smtp://127.0.0.1:{port}")[0] is Verdict.SENT
    assert mailbox.came == [(True, "")]


def test_tls_unasked_takes_any_certificate_for_it_is_better_than_none(relay_with, unknown):
    mailbox, port = relay_with(tls_context=unknown)
    assert deliver(f"smtp://127.0.0.1:{port}")[0] is Verdict.SENT
    assert mailbox.came == [(True, "")]


def test_tls_insisted_on_and_trusted(relay_with, trusted):
    mailbox, port = relay_with(tls_context=trusted)
    assert deliver(f"smtp://127.0.0.1:{port}?starttls=require")[0] is Verdict.SENT
    assert mailbox.came == [(True, "")]


def test_tls_insisted_on_and_not_offered(relay_with):
    mailbox, port = relay_with()
    verdict, trouble = deliver(f"smtp://127.0.0.1:{port}?starttls=require")
    assert verdict is Verdict.UNTOUCHED
    assert "offers no STARTTLS" in trouble
    assert mailbox.came == []


def test_tls_insisted_on_and_nobody_vouches_for_the_certificate(relay_with, unknown):
    mailbox, port = relay_with(tls_context=unknown)
    verdict, trouble = deliver(f"smtp://127.0.0.1:{port}?starttls=require")
    assert verdict is Verdict.UNTOUCHED
    assert "certificate" in trouble.lower()
    assert mailbox.came == []


def test_a_certificate_of_somebody_else_does_not_count(relay_with, tmp_path, monkeypatch):
    context, public = certificate(tmp_path, "mail.elsewhere.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    mailbox, port = relay_with(tls_context=context)
    verdict, trouble = deliver(f"smtp://127.0.0.1:{port}?starttls=require")
    assert verdict is Verdict.UNTOUCHED
    assert "certificate" in trouble.lower()
    assert mailbox.came == []


def test_tls_from_the_first_byte(relay_with, trusted):
    mailbox, port = relay_with(implicit=trusted)
    assert deliver(f"smtps://127.0.0.1:{port}")[0] is Verdict.SENT
    assert mailbox.came == [(True, "")]


def test_tls_from_the_first_byte_wants_a_certificate_that_fits(relay_with, unknown):
    mailbox, port = relay_with(implicit=unknown)
    assert deliver(f"smtps://127.0.0.1:{port}")[0] is Verdict.UNTOUCHED
    assert mailbox.came == []


@pytest.mark.parametrize("other", ["LOGIN", "PLAIN"])
def test_signing_in_either_way(relay_with, trusted, other):
    mailbox, port = relay_with(
        tls_context=trusted, authenticator=check, auth_required=True, auth_exclude_mechanism=[other]
    )
    assert deliver(f"smtp://{account()}@127.0.0.1:{port}")[0] is Verdict.SENT
    assert mailbox.came == [(True, USER)]


@pytest.mark.parametrize("other", ["LOGIN", "PLAIN"])
def test_a_wrong_password_sends_nothing_and_is_not_repeated_to_anybody(relay_with, trusted, other):
    mailbox, port = relay_with(
        tls_context=trusted, authenticator=check, auth_required=True, auth_exclude_mechanism=[other]
    )
    verdict, trouble = deliver(f"smtp://{account('wrong-one')}@127.0.0.1:{port}")
    assert verdict is Verdict.UNTOUCHED
    assert "535" in trouble
    assert "wrong-one" not in trouble
    assert mailbox.came == []


def test_a_password_is_not_shown_to_a_certificate_that_nobody_vouches_for(relay_with, unknown):
    asked = []

    def note(*details):
        asked.append(details)
        return AuthResult(success=True)

    mailbox, port = relay_with(tls_context=unknown, authenticator=note, auth_required=True)
    assert deliver(f"smtp://{account()}@127.0.0.1:{port}")[0] is Verdict.UNTOUCHED
    assert asked == []
    assert mailbox.came == []
