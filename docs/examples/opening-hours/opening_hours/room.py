"""Everything that the house must know of this module."""

from tradepost.datamap.modules import Module
from tradepost.datamap.rooms import NavigationEntry, Room
from tradepost.merchants.types import CHANGE_SETTINGS

room = Room(
    name="opening_hours",
    modules=(
        Module(
            key="opening_hours",
            label="Opening hours",
            describes="A page that says when the shop is open.",
            default_on=False,
            addresses=("opening_hours:", "opening_hours_office:"),
        ),
    ),
    actions={"opening_hours.save": "saved the opening hours"},
    navigation=(
        NavigationEntry(
            group="settings",
            label="Opening hours",
            url_name="opening_hours_office:edit",
            permission=CHANGE_SETTINGS,
            order=75,
            icon="clock",
        ),
    ),
    not_collecting={"public words of the shop": ("opening_hours.forms.HoursForm",)},
)
