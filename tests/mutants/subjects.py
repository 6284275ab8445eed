"""What is broken on purpose, and the tests that have to notice it. One line a module."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    """``functions``: only those whose qualified name starts so; empty is all of the module."""

    name: str
    module: str
    tests: tuple[str, ...]
    functions: tuple[str, ...] = ()

    def wants(self, function: str) -> bool:
        return not self.functions or function.startswith(self.functions)


def _in(room: str, *files: str) -> tuple[str, ...]:
    return tuple(f"src/tradepost/{room}/tests/test_{file}.py" for file in files)


SUMS = _in("checkout", "totals", "quote_sums", "quote_arithmetic")
CHECKOUT = SUMS + _in("checkout", "checkout", "prices_of_pages")
REFUNDS = _in("orders", "refund_sums", "refunds", "credit_notes", "invoices", "create", "amounts")
HANDLING = _in("orders", "office", "lists", "mails", "keeping", "handling")
SETTLING = _in("orders", "notices", "refunds", "invoices", "credit_notes", "follow", "settling")

SUBJECTS = (
    Subject("totals", "tradepost.checkout.pricing.totals", SUMS),
    Subject("quote", "tradepost.checkout.pricing.quote", CHECKOUT),
    Subject("taxes", "tradepost.orders.amounts.taxes", REFUNDS),
    Subject("refundable", "tradepost.orders.amounts.refundable", REFUNDS),
    Subject("settle", "tradepost.orders.actions.settle", SETTLING),
    Subject(
        "settling",
        "tradepost.delivery.engine.settling",
        _in("delivery", "settling", "engine", "trouble", "damaged_journal"),
    ),
    Subject("handle", "tradepost.orders.actions.handle", HANDLING),
    Subject("order", "tradepost.orders.models.order", HANDLING, ("in_state", "Order.")),
    Subject(
        "consent",
        "tradepost.audience.consent.records",
        _in("audience", "consent", "opt_in", "suppressions", "api", "import")
        + _in("campaigns", "before_sending"),
    ),
)
