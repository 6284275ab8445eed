"""The way out, as an attacker would use it."""

import contextlib
import ipaddress
import threading
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from django_scopes import scopes_disabled

from tradepost.datamap.processors import PartyRole, Processor, UnknownProcessor, processors
from tradepost.datamap.vocabulary import Kind, Purpose
from tradepost.rights import egress
from tradepost.rights.models import Disclosure

pytestmark = pytest.mark.django_db


class Answering(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        size = 6_000_000 if self.path == "/large" else 5
        self.server.seen.append((self.path, self.headers["Host"]))
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("Location", "http://169.254.169.254/latest/")
        self.send_header("Content-Length", str(size))
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(b"x" * size)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    server = HTTPServer(("127.0.0.1", 0), Answering)
    server.seen = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def party(monkeypatch):
    def make(**changes):
        said = {
            "id": "carrier",
            "name": "Carrier",
            "role": PartyRole.PAYMENT,
            "what": (Kind.PAYMENT,),
            "why": "payments",
            "purposes": (Purpose.ORDERS,),
            "country": "DE",
            "safeguard": "contract",
            "hosts": lambda: ("pay.example", "localhost"),
            "stand_in_allowed": lambda: True,
        } | changes
        monkeypatch.setitem(processors, "carrier", Processor(**said))

    make()
    return make


def call(url, kinds=(Kind.PAYMENT,), purpose=Purpose.ORDERS, **said):
    with egress.session("carrier", kinds=kinds, purpose=purpose, **said) as client:
        return client.post(url, content=b"hello")


def test_a_registered_stand_in_is_reached_and_the_transfer_recorded(server, party, merchant):
    url = f"http://localhost:{server.server_port}/pay"
    assert call(url, merchant=merchant, email="anna@example.org", reference="pi_1").text == "xxxxx"
    assert server.seen == [("/pay", f"localhost:{server.server_port}")]
    with scopes_disabled():
        row = Disclosure.objects.get()
    assert (row.processor, row.kinds, row.reference) == ("carrier", ["payment reference"], "pi_1")
    assert row.subject_key
    assert "anna" not in repr(row.__dict__)


def test_an_unknown_party_is_refused():
    with pytest.raises(UnknownProcessor):
        egress.session("nobody", kinds=[], purpose=Purpose.ORDERS)


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/",
        "https://pay.example@elsewhere.example/",
        "https://pay.example.elsewhere.example/",
        "https://169.254.169.254/latest/meta-data/",
    ],
)
def test_another_host_is_refused(party, url):
    with pytest.raises(egress.EgressRefused, match="not a registered host"):
        call(url)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.7", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
        *("::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "224.0.0.1"),
        *("2002:7f00:1::", "::127.0.0.1", "::10.0.0.7", "::ffff:0:10.0.0.7", "64:ff9b:1::10.0.0.7"),
        *("fec0::1", "feff::1", "2001:0:53aa:64c:0:0:f5ff:fffe", "2a00:1450::5efe:10.0.0.7"),
        # Also where the address inside is a public one: nobody is reached in such a disguise.
        *("::93.184.216.34", "::ffff:93.184.216.34", "64:ff9b::5db8:d822", "2002:5db8:d822::1"),
        *(
            "2a00:1450::200:5efe:93.184.216.34",
            "2001:db8::1",
            "5f00::1",
            "2001:20::1",
            "3fff::1",
            "192.88.99.1",
            "4000::1",
            "ff0e::1",
        ),
    ],
)
def test_a_registered_name_that_leads_inside_is_refused(party, monkeypatch, address):
    party(stand_in_allowed=lambda: False)
    monkeypatch.setattr(egress, "resolve", lambda host, port: ["93.184.216.34", address])
    with pytest.raises(egress.EgressRefused, match="private network"):
        call("https://pay.example/")
    with scopes_disabled():
        assert not Disclosure.objects.exists()


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_a_public_address_is_let_through(address):
    assert egress._is_public(ipaddress.ip_address(address))


def test_the_checked_address_is_the_one_connected_to(party, monkeypatch):
    """A name server that answers differently the second time gets no second question."""
    asked, reached = [], []
    monkeypatch.setattr(
        egress, "resolve", lambda host, port: asked.append(host) or ["93.184.216.34"]
    )

    def hand_over(self, request):
        reached.append(
            (request.url.host, request.headers["Host"], request.extensions["sni_hostname"])
        )
        return httpx.Response(200, stream=httpx.ByteStream(b""))

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", hand_over)
    call("https://pay.example/")
    assert asked == ["pay.example"]
    assert reached == [("93.184.216.34", "pay.example", "pay.example")]


def test_plain_http_is_refused_outside_a_stand_in(party):
    party(stand_in_allowed=lambda: False)
    with pytest.raises(egress.EgressRefused, match="https"):
        call("http://pay.example/")


def test_kinds_that_are_not_registered_do_not_leave(party):
    with pytest.raises(egress.EgressRefused, match="not registered for"):
        call("https://pay.example/", kinds=[Kind.PAYMENT, Kind.ADDRESS])


def test_a_purpose_that_is_not_registered_does_not_leave(party):
    with pytest.raises(egress.EgressRefused):
        call("https://pay.example/", purpose=Purpose.NEWSLETTERS)


def test_a_party_waits_for_the_end_of_its_notice(party):
    day = date(2026, 1, 1)
    party(announced=day, starts=day + timedelta(days=5))
    with pytest.raises(egress.EgressRefused, match="announced"):
        call("https://pay.example/")
    far = egress.today() + timedelta(days=3)
    party(announced=far - timedelta(days=40), starts=far)
    with pytest.raises(egress.EgressRefused, match="announced"):
        call("https://pay.example/")


def test_redirects_are_not_followed(server, party):
    response = call(f"http://localhost:{server.server_port}/away")
    assert response.status_code == 302
    assert len(server.seen) == 1


def test_an_endless_answer_is_cut_off(server, party):
    with pytest.raises(egress.AnswerTooLarge):
        call(f"http://localhost:{server.server_port}/large")
