"""What the front makes of a request before Django's thread sees it: bodies in pieces, late, too large, or all at once."""

import asyncio
import errno
import threading
from types import SimpleNamespace

import pytest

from tradepost.config.web import front as module
from tradepost.config.web.front import NO_BODY, Front, environ_of


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
