"""Joins the console to the house."""

from tradepost.datamap.collection import register_not_collecting

register_not_collecting(
    "only a keyed hash of the address is kept", "tradepost.console.forms.DisclosureForm"
)
