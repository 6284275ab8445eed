"""What payments tells the rooms above."""

from dataclasses import dataclass

from tradepost.datamap.events import EventType


@dataclass(frozen=True)
class LedgerLineWritten:
    """``line_id``: the row of ``PaymentEvent``; ``reference``: what is paid, as ``kind:number``."""

    line_id: int
    reference: str


EVENTS = (
    EventType(
        name="payments.ledger-line",
        schema=LedgerLineWritten,
        meaning="the payment ledger has a new line",
        texts={"reference": "kind and row number of what is paid"},
    ),
)
