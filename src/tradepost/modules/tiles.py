"""Figures for the start page of the back office; each room declares its own."""

from typing import Any

from tradepost.datamap.rooms import Figure, Tile
from tradepost.modules.switches import is_on

tiles: list[Tile] = []


def tiles_for(membership: Any) -> list[tuple[Tile, Figure]]:
    """The tiles this member may see, with their figures."""
    shown = []
    for tile in tiles:
        off = tile.module and not is_on(tile.module, membership.merchant)
        if membership.may(tile.permission) and not off:
            figure = tile.read(membership.merchant)
            if figure is not None:
                shown.append((tile, figure))
    return shown
