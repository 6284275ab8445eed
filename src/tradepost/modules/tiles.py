"""Figures for the start page of the back office; each room registers its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tradepost.modules.registry import Text


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What a tile shows now. ``value`` is text, ready to read; ``tone`` good, warn, bad or nothing."""

    value: Text
    note: Text = ""
    url: str = ""
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class Tile:
    """``read(merchant)`` runs in the merchant's scope, on every visit: keep it to one quick query.

    ``permission`` is the value of a ``merchants.types.Permission``. None hides the tile.
    """

    label: Text
    permission: str
    read: Callable[[Any], Figure | None]
    order: int = 50


_tiles: list[Tile] = []


def register_tile(tile: Tile) -> None:
    _tiles.append(tile)
    _tiles.sort(key=lambda one: one.order)


def tiles_for(membership: Any) -> list[tuple[Tile, Figure]]:
    """The tiles this member may see, with their figures."""
    shown = []
    for tile in _tiles:
        if membership.may(tile.permission):
            figure = tile.read(membership.merchant)
            if figure is not None:
                shown.append((tile, figure))
    return shown
