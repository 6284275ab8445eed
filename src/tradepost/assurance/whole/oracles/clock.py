"""Periods proved by turning the clock: nothing is due one minute before, everything one minute after."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.test import Client
from django_scopes import scopes_disabled

from tradepost.assurance.inventory import signed_off
from tradepost.assurance.whole.story import Story
from tradepost.assurance.whole.types import OracleReport
from tradepost.datamap.registry import keep_rules
from tradepost.datamap.vocabulary import KeepRule
from tradepost.lib import clock
from tradepost.rights.queries import overdue_requests

_FOLDERS = (
    *("private", "exports", "media", "spool/drafts", "support"),
    *("backups", "backup-keys", "caught", "damaged"),
)
_MINUTE = timedelta(minutes=1)
_FURTHEST = timedelta(days=365 * 101)
_PERIOD = re.compile(r"(?:(\d+) days?, )?(\d+):(\d\d):(\d\d)")
# What a link into the portal is good for, as its mail says.
_PORTAL_LINK = timedelta(minutes=30)
_MONTH, _SHORTEST_MONTH = timedelta(days=31), timedelta(days=28)


def clock_oracle(story: Story, began: datetime) -> OracleReport:
    """``began``: nothing that is kept is older than that."""
    ended, broken, proved = clock.now(), list[str](), list[str]()
    signed = signed_off()["periods"]
    for name, rule in sorted(keep_rules.items()):
        period = _read(str(signed.get(name, "")))
        if rule.due is None or period is None:
            continue
        due_at = _first_due(rule, began) or _due_after_others(rule, began)
        if due_at is None:
            continue
        proved.append(name)
        earliest, latest = _starts(name, began) + period, _starts(name, ended) + period
        if not earliest - _MINUTE <= due_at <= latest + _MINUTE:
            broken.append(f"{name}: signed off for {period}, goes after {due_at - ended}")
        broken += _left_behind(rule, due_at + (ended - began) + _MINUTE)
    broken += _portal_link(story) + _overdue(ended)
    return OracleReport(
        oracle="clock",
        promises=(
            "keep.purpose-gone",
            "keep.relationship",
            "right.in-time",
            "secure.verify-identity",
        ),
        evidence=f"{len(proved)} periods end within a minute of what was signed off, and a portal link after "
        f"30 minutes. Nothing to keep, or no period: {', '.join(sorted(keep_rules.keys() - set(proved)))}.",
        broken=broken,
        counts={"periods": len(proved)},
    )


def _starts(name: str, happened: datetime) -> datetime:
    """What a period counts from, where that is not the event itself."""
    if name == "orders.invoice":  # the end of the accounting year
        return happened.replace(month=12, day=31, hour=23, minute=59, second=59)
    if name == "notice.attestation":  # the end of what somebody gave their word for
        return happened + timedelta(days=365)
    if name == "backups.key":  # the beginning of the day on which it seals
        return happened.replace(hour=0, minute=0, second=0, microsecond=0)
    if name == "backups.ledger":  # the end of the hour whose facts one file holds
        return happened.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if name == "identity.session":  # the moment at which nobody can go on with it
        return happened + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return happened


def _read(text: str) -> timedelta | None:
    found = _PERIOD.fullmatch(text)
    if found is None:
        return None
    days, hours, minutes, seconds = (int(one or 0) for one in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _due(rule: KeepRule, moment: datetime) -> int:
    assert rule.due is not None
    with clock.at(moment), scopes_disabled():
        return rule.due(moment)


def _first_due(rule: KeepRule, began: datetime) -> datetime | None:
    """The moment at which the rule finds the first row, to half a minute; None if it never does."""
    early, late = began, began + _FURTHEST
    if not _due(rule, late):
        return None
    while late - early > _MINUTE / 2:
        middle = early + (late - early) / 2
        early, late = (early, middle) if _due(rule, middle) else (middle, late)
    return late


def _due_after_others(rule: KeepRule, began: datetime) -> datetime | None:
    """For what is only counted once its files went by a rule of their own; tried, and taken back."""
    room, latest = rule.id.partition(".")[0], began + _FURTHEST
    with _files_stay(), transaction.atomic(), scopes_disabled():
        for other in list(keep_rules.values()):
            if other.id.startswith(f"{room}.") and other is not rule and other.purge is not None:
                with clock.at(latest):
                    other.purge(latest)
        found = _first_due(rule, began)
        transaction.set_rollback(True)
    return found


@contextmanager
def _files_stay() -> Iterator[None]:
    """A transaction that is taken back brings no file back."""
    data = Path(settings.TRADEPOST.data)
    with tempfile.TemporaryDirectory(prefix="tradepost-files-") as name:
        for folder in _FOLDERS:
            if (data / folder).exists():
                shutil.copytree(data / folder, Path(name) / folder)
        yield
        shutil.copytree(name, data, dirs_exist_ok=True)


def _left_behind(rule: KeepRule, moment: datetime) -> list[str]:
    """What the rule calls due is really deleted; tried, and taken back."""
    if rule.purge is None or rule.on_each_machine:
        return []
    with _files_stay(), transaction.atomic(), clock.at(moment), scopes_disabled():
        rule.purge(moment)
        left = _due(rule, moment)
        transaction.set_rollback(True)
    return [f"{rule.id}: {left} are still due after it ran"] if left else []


def _overdue(ended: datetime) -> list[str]:
    """Requests of the doors that nobody has answered: counted after a month (Art. 12(3) GDPR), and not before."""
    wrong = []
    for days, is_late in ((_MONTH.days + 1, True), (_SHORTEST_MONTH.days - 1, False)):
        with clock.at(ended + timedelta(days=days)):
            if bool(overdue_requests()) is not is_late:
                wrong.append(
                    "a request that nobody answered for a month is not overdue"
                    if is_late
                    else f"a request is overdue after {days} days"
                )
    return wrong


def _portal_link(story: Story) -> list[str]:
    """Opened a minute after its end it shows nothing; opened a minute before, the data."""
    mails, asked = len(story.house.mails), clock.now()
    page = f"/privacy/{story.handle}/my-data/"
    story.house.browser().submit(page, "email", {"email": story.email})
    link = story.link_in(story.email, "/privacy/link/", after=mails)
    story.house.visited.add(link)
    wrong = []
    for moment, opens in ((_PORTAL_LINK + _MINUTE, False), (_PORTAL_LINK - _MINUTE, True)):
        with clock.at(asked + moment):
            guest = Client()
            guest.post(link, HTTP_HOST="localhost")
            is_open = guest.get("/privacy/visit/", HTTP_HOST="localhost").status_code == 200
        if is_open is not opens:
            wrong.append(f"a portal link {'opens' if is_open else 'is dead'} after {moment}")
    return wrong
