"""Periods proved by turning the clock: nothing is due one minute before, everything one minute after."""

import re
from datetime import datetime, timedelta

from django.db import transaction
from django.test import Client
from django_scopes import scopes_disabled

from tradepost.assurance.inventory import signed_off
from tradepost.assurance.whole.story import Story
from tradepost.assurance.whole.types import Finding
from tradepost.datamap.registry import keep_rules
from tradepost.datamap.vocabulary import KeepRule
from tradepost.lib import clock

_MINUTE = timedelta(minutes=1)
_FURTHEST = timedelta(days=365 * 101)
_PERIOD = re.compile(r"(?:(\d+) days?, )?(\d+):(\d\d):(\d\d)")
# What a link into the portal is good for, as its mail says.
_PORTAL_LINK = timedelta(minutes=30)


def clock_oracle(story: Story, began: datetime) -> Finding:
    """``began``: nothing that is kept is older than that."""
    ended, broken, proved = clock.now(), list[str](), list[str]()
    signed = signed_off()["periods"]
    for name, rule in sorted(keep_rules.items()):
        period = _read(str(signed.get(name, "")))
        if rule.due is None or period is None or (due_at := _first_due(rule, began)) is None:
            continue
        proved.append(name)
        if not began + period - _MINUTE <= due_at <= ended + period + _MINUTE:
            late = due_at - ended
            broken.append(f"{name}: signed off for {period}, goes after {late}")
        broken += _left_behind(rule, due_at + (ended - began) + _MINUTE)
    broken += _portal_link(story)
    return Finding(
        oracle="clock",
        promises=("keep.purpose-gone", "keep.relationship", "secure.verify-identity"),
        evidence=f"{len(proved)} periods end within a minute of what was signed off, and a portal link after "
        f"30 minutes; {len(keep_rules) - len(proved)} rules had nothing to keep or no period of their own.",
        broken=broken,
        counts={"periods": len(proved)},
    )


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


def _left_behind(rule: KeepRule, moment: datetime) -> list[str]:
    """What the rule calls due is really deleted; tried, and taken back."""
    if rule.purge is None or rule.on_each_machine:
        return []
    with transaction.atomic(), clock.at(moment), scopes_disabled():
        rule.purge(moment)
        left = _due(rule, moment)
        transaction.set_rollback(True)
    return [f"{rule.id}: {left} are still due after it ran"] if left else []


def _portal_link(story: Story) -> list[str]:
    """Opened a minute before its end it shows the data; a minute after, nothing."""
    wrong = []
    for late, opens in ((-_MINUTE, True), (_MINUTE, False)):
        mails = len(story.house.mails)
        asked = clock.now()
        story.house.browser().submit(
            f"/privacy/{story.handle}/my-data/", "email", {"email": story.email}
        )
        link = story.link_in(story.email, "/privacy/link/", after=mails)
        with clock.at(asked + _PORTAL_LINK + late + (_MINUTE / 6 if not opens else timedelta())):
            guest = Client()
            guest.post(link, HTTP_HOST="localhost")
            is_open = guest.get("/privacy/visit/", HTTP_HOST="localhost").status_code == 200
        if is_open is not opens:
            wrong.append(
                f"a portal link {'opens' if is_open else 'is dead'} at {_PORTAL_LINK + late}"
            )
    return wrong
