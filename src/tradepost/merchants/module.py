"""Joins the merchants room to the house."""

from tradepost.datamap.registry import register_keep_rule
from tradepost.datamap.vocabulary import KeepRule

register_keep_rule(
    KeepRule(
        id="merchants.account",
        since="the merchant closes the account",
        why="the shop belongs to the merchant for as long as it is open",
        carried_by="closing the account",
    )
)
