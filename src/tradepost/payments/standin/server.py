"""The stand-in over HTTP: Stripe's ``/v1``, the hosted page ``/c/pay/…``, and ``/_standin/…`` for tests."""

import json
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, override
from urllib.parse import urlsplit

from tradepost.lib import clock
from tradepost.lib.files import read_or_move_aside
from tradepost.payments.standin import pages
from tradepost.payments.standin.account import Account, Row, StripeError, new_id
from tradepost.payments.standin.forms import decode
from tradepost.payments.standin.post import Post

KEY = "sk_test_standin"
_ADDRESS = re.compile(r'"customer_email": "[^"]*"')  # the payer's address is not written to disk
Answer = tuple[int, Row]


class Standin:
    """All accounts, the events, the idempotency keys. ``state`` is a file that survives a restart."""

    def __init__(self, base: str, state: Path | None = None) -> None:
        self.base = base
        self.lock = threading.RLock()
        self.post = Post()
        self.answers: dict[tuple[str, str], tuple[str, int, Row]] = {}
        self.outage = 0  # so many calls to come are answered with 500
        self._state = state
        self._accounts: dict[str, Account] = {}
        for key, rows in (_kept(state) if state else {}).items():
            self.account(key).rows.update(rows)

    def account(self, key: str) -> Account:
        if key not in self._accounts:
            self._accounts[key] = Account(emit=lambda kind, thing: self._emit(key, kind, thing))
        return self._accounts[key]

    def session_of(self, name: str) -> tuple[Account, Row] | None:
        for account in self._accounts.values():
            if name in account.of("session"):
                return account, account.of("session")[name]
        return None

    def save(self) -> None:
        if self._state:
            rows = {key: account.rows for key, account in self._accounts.items()}
            text = _ADDRESS.sub('"customer_email": null', json.dumps(rows))
            draft = self._state.with_suffix(".new")
            draft.write_text(text)
            draft.replace(self._state)

    def _emit(self, key: str, kind: str, thing: Row) -> None:
        event: Row = {
            "id": new_id("evt"),
            "object": "event",
            "type": kind,
            "created": int(clock.now().timestamp()),
            "livemode": False,
            "api_version": "2026-01-01.standin",
            "data": {"object": json.loads(json.dumps(thing))},
        }
        account = self.account(key)
        account.of("event")[event["id"]] = event
        for endpoint in account.of("webhook_endpoint").values():
            self.post.take(endpoint, event)


_ROUTES: list[tuple[str, str, Callable[[Standin, Account, Row, str], Row]]] = [
    (
        "POST",
        r"/v1/checkout/sessions",
        lambda standin, account, given, name: account.create_session(
            given, f"{standin.base}/c/pay/"
        ),
    ),
    (
        "GET",
        r"/v1/checkout/sessions/([^/]+)",
        lambda standin, account, given, name: account.shown_session(
            account.find("session", name), given.get("expand")
        ),
    ),
    (
        "POST",
        r"/v1/checkout/sessions/([^/]+)/expire",
        lambda standin, account, given, name: account.expire_session(name),
    ),
    (
        "GET",
        r"/v1/payment_intents/([^/]+)",
        lambda standin, account, given, name: account.find("payment_intent", name),
    ),
    ("POST", r"/v1/refunds", lambda standin, account, given, name: account.create_refund(given)),
    (
        "GET",
        r"/v1/refunds",
        lambda standin, account, given, name: account.list_of("refund", given),
    ),
    (
        "GET",
        r"/v1/refunds/([^/]+)",
        lambda standin, account, given, name: account.find("refund", name),
    ),
    ("GET", r"/v1/events", lambda standin, account, given, name: account.list_of("event", given)),
    (
        "POST",
        r"/v1/webhook_endpoints",
        lambda standin, account, given, name: add_endpoint(account, str(given.get("url"))),
    ),
]


def add_endpoint(account: Account, url: str, secret: str = "") -> Row:
    row: Row = {
        "id": new_id("we"),
        "object": "webhook_endpoint",
        "url": url,
        "status": "enabled",
        "enabled_events": ["*"],
        "secret": secret or new_id("whsec"),
    }
    account.of("webhook_endpoint")[row["id"]] = row
    return row


def plant(state: Path, key: str, *, webhook_url: str, webhook_secret: str, paid: list[Row]) -> None:
    """Write payments that "were made before" into a state file, for demo data that was made by code.

    Each of ``paid``: id (pi_…), amount, currency, metadata, created.
    """
    account = Account()
    add_endpoint(account, webhook_url, webhook_secret)
    for row in paid:
        account.of("payment_intent")[row["id"]] = {
            "object": "payment_intent",
            "status": "succeeded",
            "amount_received": row["amount"],
            "amount_capturable": 0,
            "last_payment_error": None,
            "latest_charge": new_id("ch"),
            "description": None,
            "livemode": False,
            **row,
        }
    kept = _kept(state)
    state.write_text(json.dumps(kept | {key: account.rows}))


def _kept(state: Path) -> dict[str, Any]:
    """What an earlier run left; nothing, when it cannot be read."""
    return read_or_move_aside(state, _rows_of_accounts) or {}


def _rows_of_accounts(content: bytes) -> dict[str, Any]:
    """Raises: ValueError."""
    kept = json.loads(content)
    kinds = [by_id for account in kept.values() for by_id in account.values()]
    rows = [row for by_id in kinds for row in by_id.values()]
    if not all(isinstance(row, dict) for row in rows):
        raise ValueError("not what the stand-in writes")
    return dict(kept)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "StripeStandin"
    standin: Standin

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Silent."""

    def _answer(self, method: str) -> None:
        address = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode() if length else ""
        given = decode(body if method == "POST" else address.query)
        with self.standin.lock:
            if address.path.startswith("/v1/"):
                self._api(method, address.path, given, body)
            elif address.path.startswith("/c/pay/"):
                self._page(method, address.path.removeprefix("/c/pay/"), given)
            else:
                status = 204 if address.path == "/favicon.ico" else 404
                self._reply(status, b"", "text/plain")
            self.standin.save()

    def _api(self, method: str, path: str, given: Row, body: str) -> None:
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.standin.outage:
            self.standin.outage -= 1
            self._json(500, {"error": {"type": "api_error", "message": "outage"}})
            return
        if not key.startswith(KEY):
            message = "Invalid API Key provided"
            self._json(401, {"error": {"type": "invalid_request_error", "message": message}})
            return
        mark = self.headers.get("Idempotency-Key", "") if method == "POST" else ""
        self._json(*self._once(key, mark, path + body, lambda: self._run(key, method, path, given)))

    def _once(self, key: str, mark: str, call: str, run: Callable[[], Answer]) -> Answer:
        """Idempotency keys: the same call gets the same answer, another one is refused."""
        if not mark:
            return run()
        known = self.standin.answers.get((key, mark))
        if known is None:
            status, answer = run()
            if status < 500:
                frozen = json.loads(json.dumps(answer))
                self.standin.answers[key, mark] = (call, status, frozen)
            return status, answer
        if known[0] != call:
            message = "Keys for idempotent requests can only be used with the same parameters."
            return 400, {"error": {"type": "idempotency_error", "message": message}}
        self.replayed = True
        return known[1], known[2]

    def _run(self, key: str, method: str, path: str, given: Row) -> Answer:
        account = self.standin.account(key)
        account.expire_old(clock.now().timestamp())
        for wanted, pattern, run in _ROUTES:
            match = re.fullmatch(pattern, path)
            if wanted == method and match:
                try:
                    name = match.group(1) if match.groups() else ""
                    return 200, run(self.standin, account, given, name)
                except StripeError as refusal:
                    return refusal.status, refusal.body
        message = f"Unrecognized request URL ({method}: {path})."
        return 404, {"error": {"type": "invalid_request_error", "message": message}}

    def _page(self, method: str, name: str, given: Row) -> None:
        found = self.standin.session_of(name)
        if found:
            found[0].expire_old(clock.now().timestamp())
        if not found or found[1]["status"] != "open":
            self._html(410, pages.over())
            return
        account, session = found
        if method == "GET":
            self._html(200, pages.page(session))
            return
        self._act(account, session, str(given.get("do")))

    def _act(self, account: Account, session: Row, choice: str) -> None:
        """What a press of a button does: back to the shop, or another page."""
        if choice == "challenge":
            account.challenge(session)
            self._html(200, pages.page(session, challenged=True))
        elif choice in {"decline", "fail"}:
            if choice == "fail":
                account.fail_challenge(session)
            else:
                account.decline(session, "card_declined", "generic_decline")
            self._html(200, pages.page(session, "Your card was declined. Try another way."))
        elif choice in {"pay", "pass", "later"}:
            (account.pay_later if choice == "later" else account.pay)(session)
            self._redirect(session["success_url"])
        else:
            self._redirect(session["cancel_url"] or session["success_url"])

    def _redirect(self, to: str) -> None:
        self.send_response(303)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _json(self, status: int, answer: Row) -> None:
        self._reply(status, json.dumps(answer).encode(), "application/json")

    def _html(self, status: int, text: str) -> None:
        self._reply(status, text.encode(), "text/html; charset=utf-8")

    def _reply(self, status: int, content: bytes, media_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Request-Id", new_id("req"))
        if getattr(self, "replayed", False):
            self.send_header("Idempotent-Replayed", "true")
            self.replayed = False
        self.end_headers()
        self.wfile.write(content)


def serve(port: int, state: Path | None = None) -> tuple[ThreadingHTTPServer, Standin]:
    """A server on the loopback address only, not yet running; port 0 takes a free one."""
    server = ThreadingHTTPServer(("127.0.0.1", port), BaseHTTPRequestHandler)
    server.daemon_threads = True
    standin = Standin(f"http://127.0.0.1:{server.server_port}", state)
    server.RequestHandlerClass = type("BoundHandler", (Handler,), {"standin": standin})
    return server, standin
