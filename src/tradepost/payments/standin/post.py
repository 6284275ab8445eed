"""The stand-in's signed webhooks: in order, or held back, repeated and shuffled on request."""

import hashlib
import hmac
import http.client
import json
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from tradepost.lib import clock

Row = dict[str, Any]

RETRIES_SECONDS = (0.2, 1, 3, 10)


def signature(body: bytes, secret: str, at: int) -> str:
    """``Stripe-Signature`` (https://docs.stripe.com/webhooks#verify-manually)."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


class Post:
    """Delivers events to endpoints from a thread; ``hold`` keeps them until :meth:`flush`."""

    def __init__(self) -> None:
        self.hold = False
        self.held: list[tuple[Row, Row]] = []
        self.delivered: list[tuple[str, int]] = []  # event id, status of the answer

    def take(self, endpoint: Row, event: Row) -> None:
        if self.hold:
            self.held.append((endpoint, event))
        else:
            threading.Thread(target=self._try_hard, args=(endpoint, event), daemon=True).start()

    def flush(self, *, reverse: bool = False, times: int = 1) -> list[int]:
        """Deliver what was held, now and in this thread; the answers' status codes."""
        waiting, self.held = self.held, []
        if reverse:
            waiting.reverse()
        return [self.deliver(*item) for item in waiting for _ in range(times)]

    def deliver(self, endpoint: Row, event: Row) -> int:
        """One try; 0 when nobody answers."""
        body = json.dumps(event, separators=(",", ":")).encode()
        target = urlsplit(endpoint["url"])
        connection = http.client.HTTPConnection(
            target.hostname or "", target.port or 80, timeout=20
        )
        try:
            connection.request(
                "POST",
                target.path,
                body,
                {
                    "Content-Type": "application/json; charset=utf-8",
                    "Stripe-Signature": signature(
                        body, endpoint["secret"], int(clock.now().timestamp())
                    ),
                    "User-Agent": "Stripe/1.0 (stand-in)",
                },
            )
            status = connection.getresponse().status
        except OSError:
            status = 0
        finally:
            connection.close()
        self.delivered.append((event["id"], status))
        return status

    def _try_hard(self, endpoint: Row, event: Row) -> None:
        for wait in RETRIES_SECONDS:
            if 200 <= self.deliver(endpoint, event) < 300:
                return
            time.sleep(wait)
