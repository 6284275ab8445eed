"""Joins the identity room to the house."""

from tradepost.datamap.registry import register_keep_rule
from tradepost.datamap.vocabulary import KeepRule

register_keep_rule(
    KeepRule(
        id="identity.account",
        since="the account is closed",
        why="an account is needed as long as somebody signs in with it",
        carried_by="closing the account",
    )
)
