"""Figures for the start page of the back office; each room declares its own."""

from typing import Any

from tradepost.datamap.rooms import Figure, Tile

tiles: list[Tile] = []


def tiles_for(membership: Any) -> list[tuple[Tile, Figure]]:
    """The tiles this member may see, with their figures."""
    shown = []
    for tile in tiles:
        if membership.may(tile.permission):
            figure = tile.read(membership.merchant)
            if figure is not None:
                shown.append((tile, figure))
    return shown
