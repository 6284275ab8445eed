"""What stands between the sockets and Django: whole requests go in, whole answers come out.

Django works on one request at a time in each process (docs/decisions/0002-wsgi-processes.md), so nobody may
hold it while he types. An event loop reads every body to its end, under a time-out, before Django's
thread hears of the request, and hands out every answer after that thread is free again. Held sockets,
slow uploads and slow readers cost a little memory and disk, never a worker. A body that was cut off is
never taken for a whole one.
"""

import asyncio
import logging
import queue
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import IO, Any, NamedTuple
from wsgiref.types import WSGIEnvironment

from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]  # meant to be had from there

from tradepost.config.web.rsgi import HttpProtocol, Scope
from tradepost.jobs.outages import outage_of
from tradepost.lib.addresses import truncate_ip
from tradepost.lib.request_figures import FiguresFile, RequestFigures
from tradepost.lib.visitors import address_of

logger = logging.getLogger(__name__)

Environ = WSGIEnvironment
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]

# As mod_reqtimeout does it: so long at first, and a second more for so many bytes.
FIRST_SECONDS = 20.0
BYTES_A_SECOND = 500
IN_MEMORY = 64 * 1024  # of one body; more lies on disk
LARGEST_BODY = 320 * 1024 * 1024  # above what any page takes; each page has its own, smaller limit
LARGEST_ELSEWHERE = 4 * 1024 * 1024  # files are taken in the back office only; forms are smaller
ON_DISK = 2 * 1024 * 1024 * 1024  # of all bodies together, so that strangers cannot fill the disk
UNFINISHED_BODIES = 1_000
UNFINISHED_OF_ONE_NETWORK = (
    100  # so that one visitor who holds his bodies back holds up himself alone
)
WAITING_REQUESTS = 400
ANSWER_IN_MEMORY = 1024 * 1024
OPENED_SECONDS = 20.0  # the server opens a long answer's file at once; then the file needs no name
FIGURES_SECONDS = 5.0  # between two writings of what was counted
_WITH_SMALL_BODY = 64 * 1024
_WITH_FILES = "/office/"


class RequestRefused(Exception):
    """The request is answered here, with this status and sentence."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class Answer(NamedTuple):
    status: int
    headers: Headers
    body: bytes | IO[bytes]


class Front:
    """An application of granian's RSGI kind around a WSGI one. One per process.

    ``proxies``: how many reverse proxies of our own stand in front. ``figures``: the folder to write to
    how many requests were answered and how long they took; None counts nothing.
    """

    def __init__(
        self, application: Application, proxies: int = 0, figures: Path | None = None
    ) -> None:
        self._application = application
        self._proxies = proxies
        self._figures = RequestFigures()
        self._figures_file = FiguresFile(figures) if figures else None
        self._figures_due = False
        self._requests: queue.SimpleQueue[
            tuple[Environ, asyncio.Future[Answer], asyncio.AbstractEventLoop]
        ] = queue.SimpleQueue()
        self._unfinished: Counter[str] = Counter()  # by network
        self._waiting = 0
        self._on_disk = 0
        self._thread: threading.Thread | None = None

    async def __rsgi__(self, scope: Scope, protocol: HttpProtocol) -> None:
        if scope.proto != "http":
            protocol.close(403)
            return
        body = NO_BODY
        try:
            body = await self._body_of(scope, protocol)
            began = time.monotonic()
            answer = await self._answer(environ_of(scope, body))
            self._count(scope, answer.status, time.monotonic() - began)
        except RequestRefused as refusal:
            self._count(scope, refusal.status, None)
            protocol.response_str(int(refusal.status), _REFUSAL, f"{refusal.sentence}\n")
            return
        finally:
            self._on_disk -= body.on_disk
        if isinstance(answer.body, bytes):
            protocol.response_bytes(answer.status, answer.headers, answer.body)
        else:
            await _hand_out(answer, protocol)

    def _count(self, scope: Scope, status: int, seconds: float | None) -> None:
        """From the whole request to the whole answer: how slow the visitor is, is not our figure."""
        if self._figures_file is None or scope.path.startswith("/health/"):
            return
        self._figures.note(int(status), seconds)
        if not self._figures_due:
            self._figures_due = True
            asyncio.get_running_loop().call_later(FIGURES_SECONDS, self._write_figures)

    def _write_figures(self) -> None:
        self._figures_due = False
        if self._figures_file:
            with suppress(OSError):  # a full disk loses figures, nothing else
                self._figures_file.write(self._figures)

    # The request ----------------------------------------------------------------------------------

    async def _body_of(self, scope: Scope, protocol: HttpProtocol) -> "Body":
        """Raises: RequestRefused."""
        announced = scope.headers.get("content-length")
        if announced in {None, "0"} and scope.headers.get("transfer-encoding") is None:
            return NO_BODY
        length = int(announced) if announced and announced.isdigit() else None
        largest = LARGEST_BODY if scope.path.startswith(_WITH_FILES) else LARGEST_ELSEWHERE
        if length is not None and length > largest:
            raise RequestRefused(HTTPStatus.CONTENT_TOO_LARGE, "That is too large.")
        network = truncate_ip(address_of(environ_of(scope, NO_BODY), self._proxies))
        if (
            self._unfinished[network] >= UNFINISHED_OF_ONE_NETWORK
            or self._unfinished.total() >= UNFINISHED_BODIES
        ):
            raise RequestRefused(
                HTTPStatus.SERVICE_UNAVAILABLE, "Too busy; please try again in a moment."
            )
        self._unfinished[network] += 1
        try:
            if length is not None and length <= _WITH_SMALL_BODY:
                content = await asyncio.wait_for(protocol(), FIRST_SECONDS)
                return Body(len(content), BytesIO(content))
            return await self._received(protocol, largest, length)
        except ProtocolClosed:
            raise _cut_off() from None
        except TimeoutError:
            raise RequestRefused(
                HTTPStatus.REQUEST_TIMEOUT, "The rest of the request did not come in time."
            ) from None
        except OSError as error:  # a long body goes to disk
            logger.error("a request's body could not be kept (%s)", error.strerror)  # noqa: TRY400  a trace would name the file
            raise RequestRefused(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "There is no room for this now; please try again later.",
            ) from None
        finally:
            self._unfinished[network] -= 1
            if not self._unfinished[network]:
                del self._unfinished[network]

    async def _received(
        self, protocol: HttpProtocol, largest: int, announced: int | None = None
    ) -> "Body":
        """A longer body, to a file as it comes. Raises: TimeoutError, RequestRefused."""
        file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  closed after the answer
        length, empty, began = 0, 0, time.monotonic()
        pieces = aiter(protocol)
        try:
            while True:
                left = began + FIRST_SECONDS + length / BYTES_A_SECOND - time.monotonic()
                try:
                    # The longest silence within a body that comes fast enough is bounded as well.
                    piece = await asyncio.wait_for(anext(pieces), max(min(left, FIRST_SECONDS), 0))
                except StopAsyncIteration:
                    break
                length += len(piece)
                empty += not piece
                self._on_disk += len(piece)
                if length > largest:
                    raise RequestRefused(  # noqa: TRY301  what is on disk is given back below
                        HTTPStatus.CONTENT_TOO_LARGE, "That is too large."
                    )
                if self._on_disk > ON_DISK:
                    raise RequestRefused(  # noqa: TRY301  what is on disk is given back below
                        HTTPStatus.SERVICE_UNAVAILABLE, "Too busy; please try again in a moment."
                    )
                file.write(piece)
            if not _is_whole(length, announced, empty):
                raise _cut_off()  # noqa: TRY301  what is on disk is given back below
        except BaseException:
            self._on_disk -= length
            file.close()
            raise
        file.seek(0)
        return Body(length, file, on_disk=length)

    # The answer -----------------------------------------------------------------------------------

    async def _answer(self, environ: Environ) -> Answer:
        """Django's, in its own thread. Raises: RequestRefused, when too many wait for it."""
        if self._waiting >= WAITING_REQUESTS:
            raise RequestRefused(
                HTTPStatus.SERVICE_UNAVAILABLE, "Too busy; please try again in a moment."
            )
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="django", daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._waiting += 1
        try:
            self._requests.put((environ, future, loop))
            return await future
        finally:
            self._waiting -= 1

    def _work(self) -> None:
        while True:
            environ, future, loop = self._requests.get()
            try:
                answer = self._respond(environ)
            except Exception as error:  # noqa: BLE001  whatever the application raised, the visitor gets an answer
                answer = _failure(error)
            loop.call_soon_threadsafe(_settle, future, answer)

    def _respond(self, environ: Environ) -> Answer:
        started: list[tuple[int, Headers]] = []

        def start_response(status: str, headers: Headers, _error: object = None) -> None:
            started[:] = [(int(status[:3]), headers)]

        pieces = self._application(environ, start_response)
        try:
            body = _whole(pieces)
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
            environ["wsgi.input"].close()
        return Answer(*started[0], body)


def _is_whole(length: int, announced: int | None, empty: int) -> bool:
    """Whether all of a body came. granian says neither way: its last piece is an empty one, and a connection
    that broke off is one more (so would be fields behind the last chunk, which no browser sends)."""
    return length == announced if announced is not None else empty <= 1


def _cut_off() -> RequestRefused:
    return RequestRefused(HTTPStatus.BAD_REQUEST, "The request was cut off.")


class Body(NamedTuple):
    length: int
    file: IO[bytes]
    on_disk: int = 0


NO_BODY = Body(0, BytesIO())
_REFUSAL = [
    ("content-type", "text/plain; charset=utf-8"),
    ("cache-control", "no-store"),
    ("retry-after", "5"),
    ("connection", "close"),
]


def _failure(error: Exception) -> Answer:
    """What Django's own pages could not say: the answer itself could not be kept, say."""
    if what := outage_of(error):
        logger.error("an answer could not be made: %s is away (%s)", what, error)
        return Answer(503, _REFUSAL, b"This is not to be had for a moment. Please try again.\n")
    logger.error("an answer could not be made", exc_info=error)
    return Answer(500, _REFUSAL, b"Something went wrong here.\n")


_BASE: Environ = {
    "GATEWAY_INTERFACE": "CGI/1.1",
    "SCRIPT_NAME": "",
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multiprocess": True,
    "wsgi.multithread": False,
    "wsgi.run_once": False,
    "wsgi.version": (1, 0),
}


def environ_of(scope: Scope, body: Body) -> Environ:
    """PEP 3333's dictionary. Header names with an underscore are dropped: they would pass for others."""
    server, _, port = scope.server.rpartition(":")
    environ = _BASE | {
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": _as_latin(scope.path),
        "QUERY_STRING": _as_latin(scope.query_string),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body.file if body.length else BytesIO(),
        "CONTENT_LENGTH": str(body.length) if body.length else "",
    }
    for name, value in scope.headers.items():
        if name == "content-type":
            environ["CONTENT_TYPE"] = value
        elif "_" not in name and name != "content-length":
            key = f"HTTP_{name.upper().replace('-', '_')}"
            if key in environ:
                value = f"{environ[key]}{';' if key == 'HTTP_COOKIE' else ','}{value}"
            environ[key] = value
    if scope.authority and "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority
    return environ


def _as_latin(text: str) -> str:
    """As PEP 3333 wants it: the bytes, one letter each."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("latin-1")


def _whole(pieces: Iterable[bytes]) -> bytes | IO[bytes]:
    """All of an answer; on disk, when it is long."""
    if isinstance(pieces, list | tuple):
        return b"".join(pieces)
    kept: list[bytes] = []
    size = 0
    rest = iter(pieces)
    for piece in rest:
        kept.append(piece)
        size += len(piece)
        if size > ANSWER_IN_MEMORY:
            break
    else:
        return b"".join(kept)
    file = tempfile.NamedTemporaryFile(delete=False)  # noqa: SIM115  see _hand_out
    try:
        file.writelines(kept)
        file.writelines(rest)
        file.flush()
    except BaseException:
        _remove(file)
        raise
    return file


async def _hand_out(answer: Answer, protocol: HttpProtocol) -> None:
    """The server reads the file itself, as fast as the reader takes it: pieces that are given to it would
    pile up in memory behind a slow one. Once it is open, the file needs no name."""
    assert not isinstance(answer.body, bytes)
    try:
        protocol.response_file(answer.status, answer.headers, answer.body.name)
        await asyncio.sleep(OPENED_SECONDS)
    finally:
        _remove(answer.body)


def _remove(file: IO[bytes]) -> None:
    file.close()
    with suppress(FileNotFoundError):
        Path(file.name).unlink()


def _settle(future: "asyncio.Future[Answer]", answer: Answer) -> None:
    if not future.done():
        future.set_result(answer)
