"""Health and limits: what waits, what is late, how long the relay's certificate is good."""

import datetime
import ipaddress
import ssl
from dataclasses import replace
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.urls import reverse
from django_scopes import scopes_disabled
from tests.servers import free_port

from tradepost.audit.models import Entry
from tradepost.console.actions.look_at_relay import look_at_relay
from tradepost.console.conditions import conditions
from tradepost.console.machine.doors import allowances
from tradepost.console.models import RelayCertificate
from tradepost.console.relay import certificate as relay_certificate
from tradepost.datamap.registry import schedule
from tradepost.delivery.actions import queue_mail
from tradepost.delivery.models import Destination, Mail
from tradepost.identity.actions.limits import LIMITS
from tradepost.jobs.models import Turn
from tradepost.lib import clock
from tradepost.lib.smtp import Relay

pytestmark = pytest.mark.django_db
HEALTH, LIMITS_PAGE = reverse("console:health"), reverse("console:limits")


def certificate(tmp_path, good_for: timedelta) -> ssl.SSLContext:
    """A server's, signed by itself, for this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now + good_for)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "relay.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.fixture
def relay(tmp_path, settings):
    """Start a mail server on this machine and name it in the settings."""
    running = []

    def begin(good_for: timedelta | None, query: str = "") -> str:
        context = certificate(tmp_path, good_for) if good_for is not None else None
        port = free_port()
        server = Controller(object(), hostname="127.0.0.1", port=port, tls_context=context)
        server.start()
        running.append(server)
        url = f"smtp://127.0.0.1:{port}{query}"
        settings.TRADEPOST = replace(settings.TRADEPOST, smtp_url=url)
        return f"127.0.0.1:{port}"

    yield begin
    for server in running:
        server.stop()


def alarms() -> list[str]:
    return [one.text for one in conditions(schedule) if one.name == "relay certificate"]


def test_the_relay_is_looked_at_over_the_wire_and_the_page_says_until_when(console, relay):
    name = relay(timedelta(days=60))
    assert "It was not looked at yet" in console.get(HEALTH).text
    assert console.post(reverse("console:look-at-relay")).status_code == 302
    row = RelayCertificate.objects.get()
    assert row.name == name
    assert timedelta(days=59) < row.ends_at - clock.now() < timedelta(days=61)
    assert "good until" in console.get(HEALTH).text
    assert alarms() == []


@pytest.mark.parametrize(("days", "tone"), [(60, "good"), (5, "warn"), (-2, "bad")])
def test_a_certificate_that_ends_soon_or_has_ended_is_an_alarm(days, tone, relay):
    relay(timedelta(days=days))
    row = look_at_relay()
    assert row is not None
    assert row.tone == tone
    assert bool(alarms()) is (tone != "good")


def test_one_that_does_not_fit_is_refused_where_the_settings_insist(relay):
    relay(timedelta(days=60), "?starttls=require")  # nobody vouches for it
    row = look_at_relay()
    assert row is not None
    assert row.ends_at is None
    assert row.trouble.startswith("certificate: ")
    assert row.tone == "bad"
    assert len(alarms()) == 1


def test_a_relay_without_tls_is_said_and_an_alarm_only_where_tls_is_asked_for(relay):
    relay(None)
    row = look_at_relay()
    assert row is not None
    assert (row.trouble, row.tone) == ("no TLS", "quiet")
    assert alarms() == []
    relay(None, "?starttls=require")
    row = look_at_relay()
    assert row is not None
    assert row.tone == "bad"
    assert RelayCertificate.objects.count() == 1, "the relay of before is forgotten"


def test_nobody_who_answers_is_no_crash(settings):
    settings.TRADEPOST = replace(settings.TRADEPOST, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    row = look_at_relay()
    assert row is not None
    assert row.trouble.startswith("no answer")


def test_a_relay_that_hangs_is_waited_for_some_seconds_only(monkeypatch, settings):
    import socket

    monkeypatch.setattr(relay_certificate, "SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        seen = relay_certificate.look(Relay(host="127.0.0.1", port=silent.getsockname()[1]))
    assert seen.trouble.startswith("no answer")


def test_no_relay_is_looked_for_where_none_is_set(console, settings):
    settings.TRADEPOST = replace(settings.TRADEPOST, smtp_url="")
    RelayCertificate.objects.create(name="old.example:25", trouble="no TLS")
    answer = console.post(reverse("console:look-at-relay"), follow=True)
    assert "No relay is set" in answer.text
    assert not RelayCertificate.objects.exists()


def test_queues_and_late_turns_are_shown(console, merchant):
    now = clock.now()
    with scopes_disabled():
        for _one in range(3):
            queue_mail(to="a@b.example", template="delivery/relay-test", context={"site": "x"})
        Mail.objects.update(due_at=now - timedelta(minutes=40))
    item = schedule[0]
    Turn.objects.create(name=item.name, last_at=now - 9 * item.every - timedelta(hours=9))
    page = console.get(HEALTH).text
    assert "40 minutes" in page
    assert "is late: the scheduler does not take it" in page
    assert "are free for the data of this machine" in page


def test_only_operators_look_at_the_relay(office, client):
    for url in (reverse("console:look-at-relay"), LIMITS_PAGE):
        assert office.post(url).status_code == 403
        assert client.post(url).status_code == 302


def test_a_domains_limit_is_set_changed_and_lifted(console):
    for typed in ("60", "90"):
        said = {"domain": "Example.ORG", "per_minute": typed}
        assert console.post(LIMITS_PAGE, said).status_code == 302
    row = Destination.objects.get(name="domain:example.org")
    assert row.per_minute == 90
    assert "example.org" in console.get(LIMITS_PAGE).text
    console.post(LIMITS_PAGE, {"domain": "example.org", "per_minute": ""})
    row.refresh_from_db()
    assert row.per_minute is None
    assert Entry.objects.filter(action="delivery.set_limit").count() == 3


@pytest.mark.parametrize("domain", ["", "not a domain", "a@b@c", "-"])
def test_what_is_no_domain_is_refused(domain, console):
    answer = console.post(LIMITS_PAGE, {"domain": domain, "per_minute": "5"})
    assert answer.status_code == 422
    assert not Destination.objects.exists()


def test_a_shop_with_a_limit_is_named_and_the_look_is_recorded(console, merchant):
    console.get(LIMITS_PAGE)
    assert not Entry.objects.filter(action="console.look").exists()
    Destination.objects.create(name=f"merchant:{merchant.pk}", per_minute=500)
    Destination.objects.create(
        name="domain:slow.example", closed_until=clock.now() + timedelta(hours=1)
    )
    page = console.get(LIMITS_PAGE).text
    assert merchant.name in page
    assert "slow.example" in page
    assert Entry.objects.filter(action="console.look").count() == 1


def test_every_door_that_has_a_limit_stands_on_the_page_in_words(console, settings):
    settings.TRADEPOST = replace(settings.TRADEPOST, limits_times=3)
    found = allowances()
    assert len(found) == sum(map(len, LIMITS.values()))
    assert not [one for one in found if isinstance(one.door, str) or isinstance(one.scope, str)]
    person = next(one for one in found if str(one.scope) == "one address")
    shop = next(one for one in found if str(one.scope) == "one shop")
    assert person.most == LIMITS["order"]["address"].most
    assert shop.most == 3 * LIMITS["order"]["shop"].most
