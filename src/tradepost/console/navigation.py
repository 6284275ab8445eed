"""The navigation of the console: one table of its entries."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.rooms import Text
from tradepost.modules.context import Link, LinkGroup, OwnNavigation, current_address

HOME = "console:overview"


class ConsoleEntry(NamedTuple):
    """``page``: its name among the addresses, with ``args`` where it takes any."""

    label: Text
    page: str
    icon: str
    args: tuple[str, ...] = ()


GROUPS: tuple[tuple[Text, tuple[ConsoleEntry, ...]], ...] = (
    ("", (ConsoleEntry(_("Overview"), HOME, "home"),)),
    (
        _("Shops"),
        (
            ConsoleEntry(_("All shops"), "console:merchants", "products"),
            ConsoleEntry(_("Conversations"), "console:support", "mail"),
            ConsoleEntry(_("Plans"), "console:plans", "receipt"),
            ConsoleEntry(_("Announcements"), "console:bulletins", "bell"),
            ConsoleEntry(_("Statistics"), "console:statistics", "chart"),
        ),
    ),
    (
        _("Privacy"),
        (
            ConsoleEntry(_("Privacy requests"), "console:requests", "privacy"),
            ConsoleEntry(_("Incidents"), "console:incidents", "warn"),
            ConsoleEntry(_("Disclosures by law"), "console:disclosures", "book"),
            ConsoleEntry(_("Reading mail"), "console:reviews", "eye"),
            ConsoleEntry(_("Outside parties"), "console:parties", "link"),
            ConsoleEntry(_("Record of processing"), "console:record", "receipt", ("processor",)),
            ConsoleEntry(_("Data map"), "console:data-map", "search"),
            ConsoleEntry(_("Change of owner"), "console:transition", "external"),
        ),
    ),
    (
        _("Mail"),
        (
            ConsoleEntry(_("Mail set-up"), "console:mail", "mail"),
            ConsoleEntry(_("Limits"), "console:limits", "clock"),
        ),
    ),
    (
        _("System"),
        (
            ConsoleEntry(_("Health"), "console:health", "good"),
            ConsoleEntry(_("Backups"), "console:backups", "copy"),
            ConsoleEntry(_("Modules"), "console:modules", "modules"),
        ),
    ),
)


def of_console() -> OwnNavigation:
    return OwnNavigation(home=reverse(HOME), groups=_groups)


def _groups(path: str) -> list[LinkGroup]:
    urls = {
        entry: reverse(entry.page, args=entry.args) for _label, some in GROUPS for entry in some
    }
    here = current_address(urls.values(), path, home=reverse(HOME))
    return [
        LinkGroup(
            label,
            [
                Link(entry.label, urls[entry], entry.icon, str(label), urls[entry] == here)
                for entry in some
            ],
        )
        for label, some in GROUPS
    ]
