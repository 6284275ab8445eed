"""The navigation of the console: one table of its entries."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.rooms import Text
from tradepost.modules.context import Link, LinkGroup, OwnNavigation, current_address

HOME = "console:overview"


class Entry(NamedTuple):
    """``page``: its name among the addresses, with ``args`` where it takes any."""

    label: Text
    page: str
    icon: str
    args: tuple[str, ...] = ()


GROUPS: tuple[tuple[Text, tuple[Entry, ...]], ...] = (
    ("", (Entry(_("Overview"), HOME, "home"),)),
    (
        _("Shops"),
        (
            Entry(_("All shops"), "console:merchants", "products"),
            Entry(_("Statistics"), "console:statistics", "chart"),
        ),
    ),
    (
        _("Privacy"),
        (
            Entry(_("Privacy requests"), "console:requests", "privacy"),
            Entry(_("Incidents"), "console:incidents", "warn"),
            Entry(_("Disclosures by law"), "console:disclosures", "book"),
            Entry(_("Reading mail"), "console:reviews", "eye"),
            Entry(_("Outside parties"), "console:parties", "link"),
            Entry(_("Record of processing"), "console:record", "receipt", ("processor",)),
            Entry(_("Data map"), "console:data-map", "search"),
            Entry(_("Change of owner"), "console:transition", "external"),
        ),
    ),
    (
        _("Mail"),
        (
            Entry(_("Mail set-up"), "console:mail", "mail"),
            Entry(_("Limits"), "console:limits", "clock"),
        ),
    ),
    (
        _("System"),
        (
            Entry(_("Health"), "console:health", "good"),
            Entry(_("Backups"), "console:backups", "copy"),
            Entry(_("Modules"), "console:modules", "modules"),
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
