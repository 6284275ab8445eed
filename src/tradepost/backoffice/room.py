"""Joins the back office to the house."""

from tradepost.datamap.rooms import Room

room = Room(
    name="backoffice",
    url_order=90,  # it answers the bare address of a shop's office
)
