"""What plans allow so many of, counted from rows that the shop can list."""

from tradepost.billing.meters.limits import (
    AllowanceReached,
    allowed,
    require_room,
    room_left,
)
from tradepost.billing.meters.registry import Meter, Unit, meters

__all__ = [
    "AllowanceReached",
    "Meter",
    "Unit",
    "allowed",
    "meters",
    "require_room",
    "room_left",
]
