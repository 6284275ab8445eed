"""Held sockets hold no worker: bodies come in, and answers go out, beside Django's one thread."""

import asyncio
import errno
import resource
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from types import SimpleNamespace

import pytest

from tradepost.config.web import front as module
from tradepost.config.web.front import NO_BODY, Front, environ_of

APPLICATION = """
import time
from tradepost.config.web.front import Front
heard = []
def application(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] == "/large":
        return (b"x" * 65536 for _ in range(48))
    if environ["PATH_INFO"] == "/huge":
        return (b"x" * 65536 for _ in range(1600))
    if environ["PATH_INFO"] == "/heard":
        return [" ".join(heard).encode()]
    heard.append(environ["PATH_INFO"])
    return [str(len(body)).encode()]
front = Front(application)
"""

SERVER = """
from app_of_test import front
from tradepost.config.web.server import serve
serve(lambda: front, host="127.0.0.1", port={port})
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A web process as ``up`` starts it, with fewer files than a service gets at first: it asks for more itself."""
    folder = tmp_path_factory.mktemp("front")
    (folder / "app_of_test.py").write_text(APPLICATION)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    program = SERVER.format(port=number)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ["sh", "-c", 'ulimit -Sn 256 && exec "$@"', "sh", sys.executable, "-c", program],
            cwd=folder, stderr=log, stdout=log,
        )  # fmt: skip
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", number), 1).close()
            break
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    yield SimpleNamespace(port=number, process=process, log=folder / "log")
    process.terminate()
    process.wait(20)


@pytest.fixture
def port(server):
    return server.port


def ask(port, path="/", body=None):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", body, timeout=20) as answer:
        return answer.read()


def held(port, words: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.sendall(words)
    return connection


HOLDING = {
    "slow headers": b"GET / HTTP/1.1\r\nHost: local",
    "a short body that does not come": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab",
    "a long body that does not come": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\nab",
    "pieces that do not come": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "slow readers": b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("what", HOLDING)
def test_thirty_held_sockets_hold_up_nobody(port, what):
    connections = [held(port, HOLDING[what]) for _ in range(30)]
    ask(port)  # behind whatever was asked for
    began = time.monotonic()
    assert ask(port, "/", b"abc") == b"3"
    assert time.monotonic() - began < 1
    for connection in connections:
        connection.close()


@pytest.fixture
def many_files():
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, limits[1]), limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)


@pytest.mark.parametrize(
    "words", [b"", HOLDING["slow headers"], b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"],
    ids=["nothing", "slow headers", "kept alive"],
)  # fmt: skip
def test_fifteen_hundred_held_connections_hold_up_nobody(port, words, many_files):
    """Far more than the files at first, and more than the connections that a worker once took."""
    connections = [held(port, words) for _ in range(1_500)]
    began = time.monotonic()
    assert ask(port, "/", b"abc") == b"3"
    took = time.monotonic() - began
    for connection in connections:
        connection.close()
    assert took < 6


CUT_OFF = {
    "short": b"POST /cut-off HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\nqty=1",
    "long": b"POST /cut-off HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\nqty=1",
    "pieces": b"POST /cut-off HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nqty=1\r\n",
    "a piece": b"POST /cut-off HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nqty",
}


@pytest.mark.parametrize("what", CUT_OFF)
@pytest.mark.parametrize("half", [True, False])
def test_a_body_that_was_cut_off_is_no_request(server, what, half):
    """Of "qty=12", cut off by a lift or a tunnel, "qty=1" was ordered. And nothing of it fills the log."""
    connection = held(server.port, CUT_OFF[what])
    time.sleep(0.3)
    if half:
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(20)
        assert b"200 OK" not in connection.recv(100)
    connection.close()
    time.sleep(0.3)
    assert b"/cut-off" not in ask(server.port, "/heard")
    assert "Traceback" not in server.log.read_text()


def test_bodies_in_pieces_arrive_whole(port):
    pieces = b"5\r\nhello\r\n" * 20_000 + b"0\r\n\r\n"
    connection = held(port, CUT_OFF["pieces"].partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + pieces)
    connection.settimeout(20)
    assert connection.recv(4096).endswith(b"100000")
    connection.close()


def test_who_takes_a_long_answer_slowly_costs_no_memory(server):
    before = _memory_of_workers(server)
    connections = [held(server.port, b"GET /huge HTTP/1.1\r\nHost: x\r\n\r\n") for _ in range(3)]
    ask(server.port)
    time.sleep(2)
    assert _memory_of_workers(server) - before < 60_000, "kB; the three answers are 315,000"
    for connection in connections:
        connection.close()


def _memory_of_workers(server) -> int:
    listed = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(server.process.pid)],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return sum(map(int, listed.split()))


def test_a_body_of_any_size_arrives_whole(port):
    for size in (1, 65_536, 65_537, 3_000_000):
        assert ask(port, "/", b"x" * size) == str(size).encode()


def test_a_long_answer_arrives_whole(port):
    assert len(ask(port, "/large")) == 48 * 65_536


class Protocol:
    """granian's side of one request; its body never comes."""

    def __init__(self) -> None:
        self.answered: tuple[int, str] | None = None

    async def __call__(self) -> bytes:
        await asyncio.sleep(60)
        return b""

    def __aiter__(self):
        return self

    async def __anext__(self) -> bytes:
        await asyncio.sleep(60)
        return b""

    def response_str(self, status, headers, words) -> None:
        self.answered = (status, words)


def scope(**headers):
    return SimpleNamespace(
        proto="http", http_version="1.1", server="127.0.0.1:80", client="127.0.0.1:5", method="POST",
        path="/", query_string="", scheme="http", authority=None, headers=headers,
    )  # fmt: skip


@pytest.mark.parametrize("length", ["10", "900000"])
def test_a_body_that_does_not_come_in_time_is_refused(monkeypatch, length):
    monkeypatch.setattr(module, "FIRST_SECONDS", 0.05)
    protocol = Protocol()
    asked = scope(**{"content-length": length})
    asyncio.run(Front(lambda *_: []).__rsgi__(asked, protocol))
    assert protocol.answered
    assert protocol.answered[0] == 408


class Trickling(Protocol):
    """A byte whenever one is waited for: never silent, and never done."""

    async def __anext__(self) -> bytes:
        await asyncio.sleep(0.02)
        return b"x"


def test_a_body_that_trickles_in_is_refused(monkeypatch):
    monkeypatch.setattr(module, "FIRST_SECONDS", 0.2)
    protocol, asked = Trickling(), scope(**{"transfer-encoding": "chunked"})
    asyncio.run(asyncio.wait_for(Front(lambda *_: []).__rsgi__(asked, protocol), 10))
    assert protocol.answered
    assert protocol.answered[0] == 408


def test_who_holds_his_bodies_back_holds_up_himself_alone(monkeypatch):
    """Networks are told apart behind our own proxy, too; all together have an end."""
    monkeypatch.setattr(module, "FIRST_SECONDS", 1.0)
    monkeypatch.setattr(module, "UNFINISHED_BODIES", 150)
    front = Front(small_answer, proxies=1)

    async def ask_all() -> list[int]:
        def asked(address, protocol):
            words = {"content-length": "9", "x-forwarded-for": f"1.2.3.4, {address}"}
            return front.__rsgi__(scope(**words), protocol)

        stranger = [Protocol() for _ in range(101)]
        held = [
            asyncio.create_task(asked(f"192.0.2.{n % 250}", one)) for n, one in enumerate(stranger)
        ]
        await asyncio.sleep(0.1)
        buyer = Whole()
        await asked("198.51.100.7", buyer)
        others = [Protocol() for _ in range(50)]
        held += [asyncio.create_task(asked(f"10.0.{n}.1", one)) for n, one in enumerate(others)]
        await asyncio.sleep(0.1)
        late = Whole()
        await asked("198.51.100.7", late)
        await asyncio.gather(*held)
        again = Whole()
        await asked("192.0.2.1", again)
        return [one.answered[0] for one in (stranger[99], stranger[100], buyer, late, again)]

    assert asyncio.run(ask_all()) == [408, 503, 200, 503, 200]
    assert not front._unfinished


def test_more_requests_than_can_be_answered_are_not_kept_waiting(monkeypatch):
    monkeypatch.setattr(module, "WAITING_REQUESTS", 2)
    free = threading.Event()

    def slow(environ, start_response):
        free.wait(20)
        return small_answer(environ, start_response)

    async def three() -> list[int]:
        front, protocols = Front(slow), [Whole() for _ in range(3)]
        tasks = [asyncio.create_task(front.__rsgi__(scope(), one)) for one in protocols[:2]]
        await asyncio.sleep(0.1)
        await front.__rsgi__(scope(), protocols[2])
        free.set()
        await asyncio.gather(*tasks)
        return [one.answered[0] for one in protocols]

    assert asyncio.run(three()) == [200, 200, 503]


def test_a_body_larger_than_any_page_takes_is_refused_unread():
    protocol = Protocol()
    asked = scope(**{"content-length": str(10**12)})
    asyncio.run(Front(lambda *_: []).__rsgi__(asked, protocol))
    assert protocol.answered
    assert protocol.answered[0] == 413


class Sent(Protocol):
    """A long body that comes at once."""

    async def __anext__(self) -> bytes:
        return b"x" * 100_000


class FullDisk:
    def __init__(self, *_arguments) -> None:
        pass

    def write(self, _data) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def close(self) -> None:
        pass


def test_a_body_for_which_there_is_no_room_is_answered(monkeypatch):
    monkeypatch.setattr(module.tempfile, "SpooledTemporaryFile", FullDisk)
    protocol = Sent()
    asked = scope(**{"content-length": "900000"})
    front = Front(lambda *_: [])
    asyncio.run(front.__rsgi__(asked, protocol))
    assert protocol.answered[0] == 503
    assert not front._unfinished


@pytest.mark.parametrize(("number", "status"), [(errno.ENOSPC, 503), (errno.EBADF, 500)])
def test_an_answer_that_cannot_be_kept_is_said(number, status):
    def application(_environ, _start_response):
        raise OSError(number, "in words")

    answer = asyncio.run(Front(application)._answer(environ_of(scope(), NO_BODY)))
    assert answer.status == status


def test_a_header_with_an_underscore_passes_for_no_other():
    asked = scope(
        **{"x-forwarded-proto": "http", "x_forwarded_proto": "https", "content_type": "x"}
    )
    environ = environ_of(asked, NO_BODY)
    assert environ["HTTP_X_FORWARDED_PROTO"] == "http"
    assert "CONTENT_TYPE" not in environ


def test_bytes_of_an_address_are_given_on_as_pep_3333_says():
    asked = scope()
    asked.path, asked.query_string = "/ü/", "a=%FC&b=ü"
    environ = environ_of(asked, NO_BODY)
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/ü/"
    assert environ["QUERY_STRING"] == "a=%FC&b=Ã¼"


def test_an_application_that_fails_answers_all_the_same():
    def fail(environ, start_response):
        raise KeyError("a mistake")

    answer = asyncio.run(Front(fail)._answer(environ_of(scope(), NO_BODY)))
    assert answer.status == 500


class Arriving(Protocol):
    """A body that comes in pieces of a megabyte, as many as asked for."""

    def __init__(self, megabytes: int) -> None:
        super().__init__()
        self.left, self.taken = megabytes, 0

    async def __anext__(self) -> bytes:
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1
        self.taken += 1
        return b"x" * 1024 * 1024

    def response_bytes(self, status, headers, body) -> None:
        self.answered = (status, body.decode())


class Whole(Arriving):
    """A short body, at once."""

    def __init__(self) -> None:
        super().__init__(0)

    async def __call__(self) -> bytes:
        return b"123456789"


def small_answer(environ, start_response):
    start_response("200 OK", [])
    return [environ["CONTENT_LENGTH"].encode()]


def test_only_the_back_office_takes_large_bodies():
    for path, status in (("/cf/add.cfm", 413), ("/office/shop/products/", 200)):
        for announced in ({"transfer-encoding": "chunked"}, {"content-length": str(9 * 1024**2)}):
            protocol, asked = Arriving(9), scope(**announced)
            asked.path = path
            asyncio.run(Front(small_answer).__rsgi__(asked, protocol))
            assert protocol.answered
            assert protocol.answered[0] == status
            assert protocol.taken <= 5 or status == 200


def test_all_bodies_together_cannot_fill_the_disk(monkeypatch):
    monkeypatch.setattr(module, "ON_DISK", 6 * 1024**2)
    front = Front(small_answer)

    async def two_at_once() -> list[int]:
        protocols = [Arriving(3), Arriving(4)]
        asked = [scope(**{"transfer-encoding": "chunked"}) for _ in protocols]
        bodies = [
            await front._received(one, 10 * 1024**2)
            if place == 0
            else await front.__rsgi__(asked[place], one)
            for place, one in enumerate(protocols)
        ]
        first = bodies[0]
        assert first
        front._on_disk -= first.on_disk  # it is answered
        again = Arriving(4)
        await front.__rsgi__(asked[0], again)
        return [one.answered[0] for one in (protocols[1], again) if one.answered]

    assert asyncio.run(two_at_once()) == [503, 200]
    assert front._on_disk == 0
