"""localstripe, somebody else's idea of Stripe, on the loopback address; a witness besides our stand-in.

Its command line listens on all interfaces and keeps a file in the common temporary folder; neither is
wanted, so its application runs here in a thread. What Stripe's API description promises and
localstripe lacks is added in :func:`_complete`; everything else is as its authors wrote it.
"""

import asyncio
import json
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, override

import httpx
from aiohttp import web

with warnings.catch_warnings():
    warnings.simplefilter(
        "ignore", DeprecationWarning
    )  # its handlers are older than aiohttp's wish
    from localstripe import resources, server

SECRET = "whsec_of_localstripe"


class Letters:
    """Takes in what localstripe sends; a letter is the raw body and the signature."""

    def __init__(self) -> None:
        self.all: list[tuple[bytes, str]] = []

    def about(self, payment: str, *, seconds: float = 15) -> tuple[bytes, str]:
        """The first letter about a payment; localstripe waits a second before it sends."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for body, signature in list(self.all):
                if json.loads(body)["data"]["object"]["id"] == payment:
                    return body, signature
            time.sleep(0.05)
        raise AssertionError(f"localstripe sent nothing about {payment}")


@contextmanager
def running() -> Iterator[tuple[str, Letters]]:
    """The address of localstripe, and the letters that it sends. Once in a process: its state is global."""
    _complete()
    letters = Letters()
    handler = type("BoundMailbox", (_Mailbox,), {"letters": letters})
    mailbox = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    _in_thread(mailbox.serve_forever)
    started: Future[tuple[int, Any]] = Future()
    thread = _in_thread(lambda: asyncio.run(_serve(started)))
    port, stop = started.result(20)
    base = f"http://127.0.0.1:{port}"
    hook = {"url": f"http://127.0.0.1:{mailbox.server_port}/", "secret": SECRET}
    httpx.post(f"{base}/_config/webhooks/tradepost", json=hook).raise_for_status()
    try:
        yield base, letters
    finally:
        stop()
        thread.join(20)
        mailbox.shutdown()
        mailbox.server_close()


async def _serve(started: "Future[tuple[int, Any]]") -> None:
    over, loop = asyncio.Event(), asyncio.get_running_loop()
    runner = web.AppRunner(server.app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    started.set_result((runner.addresses[0][1], lambda: loop.call_soon_threadsafe(over.set)))
    await over.wait()
    await runner.cleanup()


def _in_thread(work: Any) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


class _Mailbox(BaseHTTPRequestHandler):
    letters: Letters

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.letters.all.append((body, self.headers["Stripe-Signature"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


def _complete() -> None:
    """Add what the API description has and localstripe has not.

    - a PaymentIntent always says ``amount_received`` and ``amount_capturable``;
    - refunds of a payment that was never charged are an empty list, not a failure of the server;
    - a Checkout Session. Ours says nothing about money itself: it is the envelope in which the gateway
      finds localstripe's PaymentIntent. "cs_pi_123" is the session of "pi_123".
    """
    intent, refund = resources.PaymentIntent, resources.Refund
    resources.Store.dump_to_disk = lambda self: None
    intent.amount_received = property(lambda self: self.amount * (self.status == "succeeded"))
    intent.amount_capturable = property(
        lambda self: self.amount * (self.status == "requires_capture")
    )
    listed = refund._api_list_all

    def list_refunds(cls: Any, url: str, payment_intent: str | None = None, **more: Any) -> Any:
        if payment_intent and not intent._api_retrieve(payment_intent).latest_charge:
            return resources.List(url)
        return listed(url, payment_intent=payment_intent, **more)

    async def session(request: web.Request) -> web.Response:
        name = request.match_info["id"]
        payment = intent._api_retrieve(name.removeprefix("cs_"))._export()
        shell = {"id": name, "object": "checkout.session", "status": "open"}
        return web.json_response(shell | {"payment_status": "unpaid", "payment_intent": payment})

    refund._api_list_all = classmethod(list_refunds)
    server.app.router.add_get("/v1/checkout/sessions/{id}", session)
