"""Opens and clicks, answered in front of Django: no middleware, no session, no database.

The answer never waits for the recording and never fails because of it.
"""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import WSGIEnvironment

from django.utils.encoding import iri_to_uri

from tradepost.campaigns.tracking.spool import TrackingSpool
from tradepost.campaigns.tracking.tokens import (
    CLICK,
    MEASURED,
    OPEN,
    UNSUBSCRIBE,
    Forged,
    TokenSigner,
)
from tradepost.lib.visitors import asks_not_to_be_tracked

logger = logging.getLogger(__name__)

Environ = WSGIEnvironment
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

PIXEL = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
_ALWAYS = [
    ("Cache-Control", "no-store, max-age=0"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Robots-Tag", "noindex"),
]
_PIXEL_HEADERS = [
    *_ALWAYS,
    ("Content-Type", "image/gif"),
    ("Content-Length", str(len(PIXEL))),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
]
_PLAIN_HEADERS = [*_ALWAYS, ("Content-Type", "text/plain; charset=utf-8")]
_PREFETCHING = ("HTTP_PURPOSE", "HTTP_SEC_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")


class Tracking:
    """A WSGI application around another one: takes ``/o/…`` and ``/c/…``, passes on the rest.

    Of ``/u/…``, the page to unsubscribe, it only notes that it was fetched.
    """

    def __init__(self, application: Application, signer: TokenSigner, spool: TrackingSpool) -> None:
        self.application = application
        self.signer = signer
        self.spool = spool
        self._complained_at = 0.0

    def __call__(self, environ: Environ, start_response: Callable[..., object]) -> Iterable[bytes]:
        place = environ["PATH_INFO"][:3]
        if place == "/o/":
            return self._answer(environ, start_response, self._open)
        if place == "/c/":
            return self._answer(environ, start_response, self._click)
        if place == "/u/" and environ["REQUEST_METHOD"] == "GET":
            self._note_way_out(environ)
        return self.application(environ, start_response)

    def _note_way_out(self, environ: Environ) -> None:
        """That the page was fetched helps to know scanners, which fetch it with everything else.

        Only of those who agreed to be measured when the letter was written: the address itself says so.
        """
        try:
            block, rest = self.signer.read(UNSUBSCRIBE, environ["PATH_INFO"][3:])
        except Forged:
            return
        if rest == MEASURED:
            self._record(UNSUBSCRIBE, block, 0, environ)

    def _answer(
        self,
        environ: Environ,
        start_response: Callable[..., object],
        do: Callable[[Environ, Callable[..., Any]], Iterable[bytes]],
    ) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            start_response("405 Method Not Allowed", [*_PLAIN_HEADERS, ("Allow", "GET, HEAD")])
            return [b""]
        try:
            return do(environ, start_response)
        except Forged:
            start_response("404 Not Found", _PLAIN_HEADERS)
            return [b"This address was not made here.\n"]

    def _open(self, environ: Environ, start_response: Callable[..., object]) -> Iterable[bytes]:
        block, _rest = self.signer.read(OPEN, environ["PATH_INFO"][3:])
        self._record(OPEN, block, 0, environ)
        start_response("200 OK", _PIXEL_HEADERS)
        return [PIXEL]

    def _click(self, environ: Environ, start_response: Callable[..., object]) -> Iterable[bytes]:
        click = self.signer.read_click(environ["PATH_INFO"][3:])
        self._record(CLICK, click.block, click.link, environ)
        location = ("Location", iri_to_uri(click.target))
        start_response("302 Found", [*_ALWAYS, ("Content-Length", "0"), location])
        return [b""]

    def _record(self, kind: bytes, block: bytes, link: int, environ: Environ) -> None:
        signals = signals_of(environ)
        try:
            if "D" in signals:
                block = self.signer.nobody(block)
            self.spool.append(kind, block, link, signals, environ.get("HTTP_USER_AGENT", ""))
        except Exception as error:  # noqa: BLE001  whatever is wrong with it, the reader gets the answer
            self._complain(error)

    def _complain(self, error: Exception) -> None:
        """At most once a minute: a full disk must not also fill the log."""
        if time.monotonic() - self._complained_at > 60:
            self._complained_at = time.monotonic()
            logger.error("An open or click could not be recorded.", exc_info=error)


def signals_of(environ: Environ) -> str:
    """What the request says of itself, one letter each; see :class:`~.spool.Line`."""
    signals = "D" if asks_not_to_be_tracked(environ) else ""
    if environ["REQUEST_METHOD"] == "HEAD":
        signals += "H"
    for name in _PREFETCHING:
        if name in environ and "prefetch" in environ[name].lower():
            return signals + "P"
    return signals
