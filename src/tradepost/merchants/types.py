from enum import StrEnum

from tradepost.datamap.rooms import Permission


class Role(StrEnum):
    """The roles that the house itself must know; rooms declare the others (``Room.roles``)."""

    OWNER = "owner"
    READ_ONLY = "read_only"


HOME = Permission(name="home", seeing=True)
SEE_SETTINGS = Permission(name="see_settings", seeing=True)
CHANGE_SETTINGS = Permission(name="change_settings")
