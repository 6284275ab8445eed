"""The names of pages, as people know them, for the activity log."""

from django.utils.translation import gettext as _

from tradepost.modules.places import places
from tradepost.modules.registry import navigation


def page_in_words(view_name: str) -> str:
    """The words of the menu; for what hangs below an entry, those of its room and of the page."""
    known = _outside_the_menu().get(view_name)
    if known:
        return known
    if view_name.startswith("mfa_"):
        return _("Second factor")
    entries = list(navigation)
    for entry in entries:
        if entry.url_name == view_name:
            return str(entry.label)
    room, colon, page = view_name.partition(":")
    words = (page or room).replace("_", " ")
    above = next((e.label for e in entries if colon and e.url_name.startswith(f"{room}:")), "")
    return f"{above} · {words}" if above else words


def _outside_the_menu() -> dict[str, str]:
    return {
        "account:details": _("Your details"),
        "account:activity": _("Activity"),
        "account_email": _("E-mail address"),
        "account_change_password": _("Password"),
        "account_reauthenticate": _("Is it you?"),
        "account_logout": _("Sign out"),
        places.get("shops", ""): _("Shops"),
        places.get("office", ""): _("Today"),
        "jobs_office:jobs": _("Long work"),
        "jobs_office:job": _("Long work"),
    }
