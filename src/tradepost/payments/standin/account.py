"""What the stand-in remembers of one secret key, and the rules by which it changes."""

import secrets
from collections.abc import Callable
from typing import Any

from tradepost.lib import clock

Row = dict[str, Any]
Emit = Callable[[str, Row], None]


class StripeError(Exception):
    """An answer in the shape of Stripe's errors."""

    def __init__(self, status: int, kind: str, message: str, **more: object) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message, **more}}


def new_id(prefix: str) -> str:
    return f"{prefix}_standin{secrets.token_hex(10)}"


class Account:
    """Objects by kind and id. ``emit`` is told of every event; callers hold the server's lock."""

    def __init__(
        self, rows: dict[str, dict[str, Row]] | None = None, emit: Emit | None = None
    ) -> None:
        self.rows: dict[str, dict[str, Row]] = rows or {}
        self._emit = emit or (lambda kind, thing: None)
        self.refunds_fail = False
        self.refunds_wait = False

    def of(self, kind: str) -> dict[str, Row]:
        return self.rows.setdefault(kind, {})

    def find(self, kind: str, name: str) -> Row:
        """Raises: StripeError 404."""
        try:
            return self.of(kind)[name]
        except KeyError:
            raise _unknown(kind, name) from None

    # Checkout Sessions

    def create_session(self, given: Row, page: str) -> Row:
        """Raises: StripeError 400 without lines or addresses to return to."""
        lines = given.get("line_items")
        if given.get("mode") != "payment" or not lines or not given.get("success_url"):
            raise _invalid(
                "A payment session needs mode, line_items and success_url.", "line_items"
            )
        amount, currency = _sum(lines)
        name, now = new_id("cs_test"), int(clock.now().timestamp())
        session = {
            "id": name,
            "object": "checkout.session",
            "mode": "payment",
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "amount_subtotal": amount,
            "amount_total": amount,
            "currency": currency,
            "client_reference_id": given.get("client_reference_id"),
            "customer_email": given.get("customer_email"),
            "metadata": given.get("metadata") or {},
            "success_url": given["success_url"],
            "cancel_url": given.get("cancel_url"),
            "locale": given.get("locale"),
            "created": now,
            "expires_at": int(given.get("expires_at") or now + 24 * 3600),
            "livemode": False,
            "url": f"{page}{name}",
            "payment_intent_data": given.get("payment_intent_data") or {},
            "label": _first_name(lines),
        }
        self.of("session")[name] = session
        return self.shown_session(session)

    def shown_session(self, session: Row, expand: list[str] | None = None) -> Row:
        hidden = {"payment_intent_data", "label"}
        shown = {key: value for key, value in session.items() if key not in hidden}
        if shown["status"] != "open":
            shown["url"] = None
        if "payment_intent" in (expand or []) and shown["payment_intent"]:
            shown["payment_intent"] = self.find("payment_intent", shown["payment_intent"])
        return shown

    def expire_session(self, name: str) -> Row:
        """Raises: StripeError 400 for one that is over."""
        session = self.find("session", name)
        if session["status"] != "open":
            raise _invalid("Only open sessions can be expired.", "session")
        session["status"] = "expired"
        self._emit("checkout.session.expired", self.shown_session(session))
        return self.shown_session(session)

    def expire_old(self, now: float) -> None:
        for session in list(self.of("session").values()):
            if session["status"] == "open" and session["expires_at"] <= now:
                self.expire_session(session["id"])

    # What the shopper does on the hosted page

    def attempt(self, session: Row) -> Row:
        """The session's PaymentIntent; made at the first try, as Stripe does."""
        if session["payment_intent"]:
            return self.find("payment_intent", session["payment_intent"])
        data = session["payment_intent_data"]
        payment: Row = {
            "id": new_id("pi"),
            "object": "payment_intent",
            "amount": session["amount_total"],
            "amount_received": 0,
            "amount_capturable": 0,
            "currency": session["currency"],
            "status": "requires_payment_method",
            "metadata": data.get("metadata") or {},
            "description": data.get("description"),
            "last_payment_error": None,
            "latest_charge": None,
            "created": int(clock.now().timestamp()),
            "livemode": False,
        }
        self.of("payment_intent")[payment["id"]] = payment
        session["payment_intent"] = payment["id"]
        self._emit("payment_intent.created", payment)
        return payment

    def pay(self, session: Row) -> None:
        payment = self.attempt(session)
        self._succeed(payment)
        session |= {"status": "complete", "payment_status": "paid"}
        self._emit("checkout.session.completed", self.shown_session(session))

    def challenge(self, session: Row) -> None:
        payment = self.attempt(session)
        payment["status"] = "requires_action"
        self._emit("payment_intent.requires_action", payment)

    def decline(self, session: Row, code: str, decline_code: str) -> None:
        charge = new_id("ch")
        self.attempt(session)["latest_charge"] = charge
        problem = {
            "type": "card_error",
            "code": code,
            "decline_code": decline_code,
            "charge": charge,
            "message": "Your card was declined.",
        }
        self._fail(session, problem)

    def fail_challenge(self, session: Row) -> None:
        """3-D Secure not passed: the card is never charged, so there is no charge and no issuer's word."""
        problem = {
            "type": "invalid_request_error",
            "code": "payment_intent_authentication_failure",
            "message": "The provided PaymentMethod has failed authentication.",
        }
        self._fail(session, problem)

    def _fail(self, session: Row, problem: Row) -> None:
        payment = self.attempt(session)
        payment |= {"status": "requires_payment_method", "last_payment_error": problem}
        self._emit("payment_intent.payment_failed", payment)

    def pay_later(self, session: Row) -> None:
        """A bank debit: the session is complete, the money comes days later."""
        payment = self.attempt(session)
        payment["status"] = "processing"
        self._emit("payment_intent.processing", payment)
        session["status"] = "complete"
        self._emit("checkout.session.completed", self.shown_session(session))

    def settle_later(self, session: Row, *, success: bool) -> None:
        payment = self.attempt(session)
        if success:
            self._succeed(payment)
            session["payment_status"] = "paid"
            self._emit("checkout.session.async_payment_succeeded", self.shown_session(session))
        else:
            self.decline(session, "payment_intent_payment_attempt_failed", "insufficient_funds")
            self._emit("checkout.session.async_payment_failed", self.shown_session(session))

    def _succeed(self, payment: Row) -> None:
        payment |= {
            "status": "succeeded",
            "amount_received": payment["amount"],
            "latest_charge": new_id("ch"),
            "last_payment_error": None,
        }
        self._emit("payment_intent.succeeded", payment)

    # Refunds

    def create_refund(self, given: Row) -> Row:
        """Raises: StripeError 400 for more than is left, or for a payment that never came."""
        payment = self.find("payment_intent", str(given.get("payment_intent")))
        left = payment["amount_received"] - self._refunded(payment["id"])
        amount = int(given.get("amount") or left)
        if payment["status"] != "succeeded":
            raise _invalid(
                "This PaymentIntent has no successful charge to refund.", "payment_intent"
            )
        if amount <= 0 or amount > left:
            code = "amount_too_large" if left else "charge_already_refunded"
            raise _invalid(
                f"Refund amount ({amount}) is greater than unrefunded amount ({left}).",
                "amount",
                code,
            )
        refund = {
            "id": new_id("re"),
            "object": "refund",
            "amount": amount,
            "currency": payment["currency"],
            "payment_intent": payment["id"],
            "charge": payment["latest_charge"],
            "status": self._refund_status(),
            "failure_reason": "lost_or_stolen_card" if self.refunds_fail else None,
            "metadata": given.get("metadata") or {},
            "reason": given.get("reason"),
            "created": int(clock.now().timestamp()),
        }
        self.of("refund")[refund["id"]] = refund
        self._emit("refund.created", refund)
        self._emit("refund.failed" if self.refunds_fail else "refund.updated", refund)
        return refund

    def _refund_status(self) -> str:
        if self.refunds_fail:
            return "failed"
        return "pending" if self.refunds_wait else "succeeded"

    def end_refunds(self, *, success: bool) -> None:
        """The banks' last word on all refunds, days later."""
        for refund in self.of("refund").values():
            refund["status"] = "succeeded" if success else "failed"
            self._emit("refund.updated" if success else "refund.failed", refund)

    def _refunded(self, payment: str) -> int:
        return sum(
            refund["amount"]
            for refund in self.of("refund").values()
            if refund["payment_intent"] == payment and refund["status"] != "failed"
        )

    def list_of(self, kind: str, given: Row) -> Row:
        """Newest first, filtered by equality, as Stripe's lists."""
        wanted = {key: given[key] for key in ("payment_intent",) if key in given}
        rows = [
            row
            for row in reversed(self.of(kind).values())
            if all(row.get(key) == value for key, value in wanted.items())
        ]
        limit = min(int(given.get("limit") or 10), 100)
        return {"object": "list", "data": rows[:limit], "has_more": len(rows) > limit, "url": ""}


def _sum(lines: list[Row]) -> tuple[int, str]:
    total, currency = 0, ""
    for line in lines:
        price = line.get("price_data") or {}
        total += int(price["unit_amount"]) * int(line.get("quantity") or 1)
        currency = str(price["currency"])
    return total, currency


def _first_name(lines: list[Row]) -> str:
    return str(lines[0]["price_data"].get("product_data", {}).get("name", ""))


def _invalid(message: str, param: str, code: str = "parameter_invalid") -> StripeError:
    return StripeError(400, "invalid_request_error", message, param=param, code=code)


def _unknown(kind: str, name: str) -> StripeError:
    return StripeError(
        404,
        "invalid_request_error",
        f"No such {kind}: '{name}'",
        code="resource_missing",
        param="id",
    )
