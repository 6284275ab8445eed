"""Joins processing to the house."""

from tradepost.datamap.rooms import Room

room = Room(name="processing")
