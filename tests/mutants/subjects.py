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
STATES = _in("orders", "handling")

SUBJECTS = (
    Subject("totals", "tradepost.checkout.pricing.totals", SUMS),
    Subject("quote", "tradepost.checkout.pricing.quote", SUMS + _in("checkout", "quote")),
    Subject(
        "taxes",
        "tradepost.orders.amounts.taxes",
        _in("orders", "amounts", "credit_notes", "create"),
    ),
    Subject(
        "refundable",
        "tradepost.orders.amounts.refundable",
        _in("orders", "amounts", "credit_notes"),
    ),
    Subject("settle", "tradepost.orders.actions.settle", _in("orders", "settling")),
    Subject("settling", "tradepost.delivery.engine.settling", _in("delivery", "settling")),
    Subject("handle", "tradepost.orders.actions.handle", STATES),
    Subject("order", "tradepost.orders.models.order", STATES, ("new_token", "in_state", "Order.")),
    Subject("consent", "tradepost.audience.consent.records", _in("audience", "consent", "opt_in")),
)
