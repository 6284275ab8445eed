"""Joins the console to the house."""

from tradepost.datamap.rooms import Room

room = Room(
    name="console",
    url_prefix="operator/",
    not_collecting={
        "only a keyed hash of the address is kept": ("tradepost.console.forms.DisclosureForm",),
    },
)
