"""Joins the record to the house."""

from tradepost.datamap.registry import register_keep_rule
from tradepost.datamap.vocabulary import KeepRule

register_keep_rule(
    KeepRule(
        id="audit.entry",
        label="Access log",
        since="the entry was written",
        why="the record shows who saw and changed personal data; it names nobody",
        carried_by="the hash chain, which only grows",
    )
)
