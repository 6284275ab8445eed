"""Joins the record to the house."""

from tradepost.audit import retention
from tradepost.datamap.rooms import Room
from tradepost.datamap.vocabulary import KeepRule

room = Room(
    name="audit",
    keep_rules=(
        KeepRule(
            id="audit.entry",
            label="Access log",
            since="the entry was written",
            why="shows who saw and changed personal data, for as long as claims can be made",
            period=retention.KEEP_FOR,
            due=retention.due,
            purge=retention.purge,
        ),
    ),
)
