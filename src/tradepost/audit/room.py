"""Joins the record to the house."""

from tradepost.datamap.rooms import Room
from tradepost.datamap.vocabulary import KeepRule

room = Room(
    name="audit",
    keep_rules=(
        KeepRule(
            id="audit.entry",
            label="Access log",
            since="the entry was written",
            why="the record shows who saw and changed personal data; it names nobody",
            carried_by="the hash chain, which only grows",
        ),
    ),
)
