"""The examples for nginx and Caddy, in front of a real installation, with visitors who forge and dawdle."""

import os
import re
import signal
import socket
import sqlite3
import ssl
from contextlib import closing
from urllib.parse import urlencode

import pytest

from tests.operations.proxies import HOST, Caddy, Nginx, Proxy
from tests.servers import wait_until

FORGED = "203.0.113.77"
LARGE = 30 * 1024 * 1024
SOME = b"x" * 65_536  # a proxy that hands on what comes waits for a little of it


@pytest.fixture(scope="module", params=[Nginx, Caddy], ids=lambda kind: kind.program)
def proxy(request, installation, tmp_path_factory):
    server: Proxy = request.param(tmp_path_factory.mktemp("proxy"), installation.port)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def networks(installation):
    """From where the installation thinks that its visitors came, newest last."""

    def read() -> list[str]:
        with closing(sqlite3.connect(installation.data / "tradepost.sqlite3", timeout=30)) as rows:
            found = rows.execute("SELECT network FROM identity_activity ORDER BY id").fetchall()
        return [network for (network,) in found]

    return read


def test_a_visitor_over_tls_gets_cookies_that_never_leave_it(proxy):
    answer = proxy.ask("/accounts/login/")
    assert answer.status == 200
    cookies = answer.headers.get_all("Set-Cookie")
    assert cookies
    assert all("Secure" in cookie for cookie in cookies)
    assert answer.headers["Strict-Transport-Security"]


def test_without_tls_nothing_is_shown_whatever_the_visitor_says(proxy):
    answer = proxy.ask_plainly(
        "/accounts/login/?x=1", x_forwarded_proto="https", forwarded="proto=https"
    )
    assert answer.status in {301, 308}
    assert answer.headers["Location"].startswith(f"https://{HOST}")
    assert answer.headers["Location"].endswith("/accounts/login/?x=1")
    assert not answer.headers.get_all("Set-Cookie")


def test_a_forged_address_does_not_pass(proxy, networks):
    page = proxy.ask("/accounts/login/")
    [token] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.whole.decode())[:1]
    cookies = "; ".join(cookie.split(";")[0] for cookie in page.headers.get_all("Set-Cookie"))
    before = len(networks())
    typed = {"csrfmiddlewaretoken": token, "login": "ann@example.org", "password": "wrong-wrong-1"}
    answer = proxy.ask(
        "/accounts/login/", "POST", urlencode(typed).encode(),
        content_type="application/x-www-form-urlencoded", cookie=cookies,
        referer=f"https://{HOST}/accounts/login/", origin=f"https://{HOST}",
        x_forwarded_for=f"{FORGED}, {FORGED}", x_real_ip=FORGED, forwarded=f"for={FORGED}",
    )  # fmt: skip
    assert answer.status == 200
    assert networks()[before:] == ["127.0.0.0"]


def test_a_forged_host_and_a_forged_way_do_not_pass(proxy):
    answer = proxy.ask(
        "/sitemap.xml",
        x_forwarded_host="evil.example",
        x_forwarded_proto="http",
        forwarded="host=evil.example",
    )
    assert answer.status == 200
    assert b"evil.example" not in answer.whole


def test_another_name_is_not_served(proxy):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        wire = context.wrap_socket(
            socket.create_connection(("127.0.0.1", proxy.port), 60), server_hostname="evil.example"
        )
    except ssl.SSLError:
        return  # not even greeted
    with wire:
        wire.sendall(
            b"GET /accounts/login/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
        )
        said = wire.makefile("rb").read()
    assert b"csrfmiddlewaretoken" not in said


@pytest.mark.parametrize("path", ["/accounts/login/", "/officer/"])
def test_a_body_above_the_limit_is_refused(proxy, path):
    with proxy.connection() as wire:
        wire.sendall(_head(path, 5 * 1024 * 1024) + SOME)
        assert _status(wire) == 413


def test_the_back_office_takes_larger_ones(proxy):
    """Announced and not sent: what matters is that nobody refuses it for its length."""
    with proxy.connection() as wire:
        wire.sendall(_head("/office/ember/products/import/", 200 * 1024 * 1024) + b"x" * 1000)
        wire.settimeout(2)
        with pytest.raises(TimeoutError):
            wire.recv(1)
    with proxy.connection() as wire:
        wire.sendall(_head("/office/ember/products/import/", 400 * 1024 * 1024) + SOME)
        assert _status(wire) == 413


def test_forty_slow_uploads_hold_no_worker(proxy):
    """The installation has one worker; it shows pages while all of them are still under way."""
    slow = [proxy.connection() for _ in range(40)]
    for wire in slow:
        wire.sendall(_head("/accounts/login/", 100_000) + b"a")
    assert proxy.ask("/accounts/login/").status == 200
    for wire in slow:
        wire.sendall(b"b")
    assert proxy.ask("/health/ready").status == 200
    # Had a worker read them, the page would have come when they were given up.
    assert any(_waits(wire) for wire in slow)
    for wire in slow:
        wire.close()


def _waits(wire: ssl.SSLSocket) -> bool:
    """Neither refused nor answered."""
    wire.settimeout(0.01)
    try:
        wire.recv(1)
    except TimeoutError:
        return True
    return False


def test_a_long_download_to_a_slow_reader_passes_whole(proxy, installation, large_file):
    with proxy.connection() as wire:
        wire.sendall(
            f"GET {large_file} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode()
        )
        answer = wire.makefile("rb")
        assert b"200" in answer.readline()
        while answer.readline().strip():
            pass
        assert len(answer.read(100_000)) == 100_000
        assert proxy.ask("/accounts/login/").status == 200  # others are served meanwhile
        assert len(answer.read()) + 100_000 == LARGE


@pytest.fixture(scope="module")
def large_file(installation):
    """A static file that is no page's; a web server that starts looks at their folder."""
    (installation.data / "static" / "large.bin").write_bytes(b"x" * LARGE)
    old = installation.children()["web"]
    os.kill(old, signal.SIGTERM)
    wait_until(lambda: installation.children().get("web", old) != old, 120)
    wait_until(lambda: installation.status("/health/live") == 200, 240)
    return "/static/large.bin"


def _head(path: str, length: int) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def _status(wire: ssl.SSLSocket) -> int:
    return int(wire.makefile("rb").readline().split()[1])
