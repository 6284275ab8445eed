"""Joins the merchants room to the house."""

from tradepost.datamap.registry import register_keep_rule, register_store
from tradepost.datamap.vocabulary import Basis, KeepRule, Kind, Purpose, Store, Subject
from tradepost.merchants import idempotency

register_keep_rule(
    KeepRule(
        id="merchants.account",
        since="the merchant closes the account",
        why="the shop belongs to the merchant for as long as it is open",
        carried_by="closing the account",
    )
)
register_keep_rule(
    KeepRule(
        id="merchants.api-answer",
        since="the call was made",
        period=idempotency.KEEP_FOR,
        why="a program that lost the answer may ask again without doing the thing twice",
        due=idempotency.due,
        purge=idempotency.purge,
    )
)
register_store(
    Store(
        id="merchants.api-answers",
        meaning="answers to calls of the API that carried an Idempotency-Key",
        kinds=(Kind.ORDER, Kind.EMAIL, Kind.NAME, Kind.ADDRESS),
        subject=Subject.CUSTOMER,
        purpose=Purpose.SERVICE,
        basis=Basis.CONTRACT,
        keep="merchants.api-answer",
        scan=idempotency.scan,
        erase=idempotency.erase,
    )
)
