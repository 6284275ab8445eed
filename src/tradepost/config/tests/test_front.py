"""Held sockets hold no worker: bodies come in, and answers go out, beside Django's one thread."""

import resource
import socket
import subprocess
import sys
import time
import urllib.request
from types import SimpleNamespace

import pytest

from tradepost.config.web.front import FIRST_SECONDS

# Who waits for the held ones waits until they are given up; a busy machine takes a second for less.
AT_ONCE_SECONDS = FIRST_SECONDS / 2

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
serve(lambda: front, host="127.0.0.1", port={port}, logs={{"version": 1}})
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
    assert time.monotonic() - began < AT_ONCE_SECONDS
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
    assert took < AT_ONCE_SECONDS


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
