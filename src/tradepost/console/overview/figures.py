"""What the console's start page shows: what waits for the operator, and how the installation is.

No figure names a shop or a person, and none costs more in a large installation than in a small one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_scopes import scopes_disabled

from tradepost.backups.queries import last_good
from tradepost.backups.types import LATE_AFTER
from tradepost.breaches.queries import running_clocks
from tradepost.breakglass.queries import all_reviews
from tradepost.breakglass.types import ReviewState
from tradepost.console.health import signs_of_life
from tradepost.datamap.rooms import Figure
from tradepost.jobs.models import Alarm
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.modules.places import place
from tradepost.notice.models import PromiseResult
from tradepost.notice.types import PromiseState
from tradepost.rights.queries import requests_to_operator
from tradepost.ui.templatetags.ui import duration

_SHOWN = 20  # of each kind; the page that it leads to has all


@dataclass(frozen=True, kw_only=True)
class WaitingMatter:
    """Something that waits for the operator; ``url`` leads to where it is mended."""

    words: str
    url: str
    due: datetime | None = None
    note: str = ""
    tone: str = "warn"


def matters() -> list[WaitingMatter]:
    """What waits: clocks first, then what somebody asks, then alarms."""
    with scopes_disabled():
        return [*_clocks(), *_requests(), *_reviews(), *_alarms()]


def _clocks() -> Iterator[WaitingMatter]:
    for row in running_clocks(None)[:_SHOWN]:
        left = _("%(time)s left") % {"time": duration(row.seconds_left)}
        yield WaitingMatter(
            words=_("Incident: %s") % row.title,
            url=reverse("console:incident", args=[row.public_id]),
            due=row.due_at,
            note=_("drill") if row.is_drill else _("time is over") if row.is_late else left,
            tone="bad" if row.is_late and not row.is_drill else "warn",
        )


def _requests() -> Iterator[WaitingMatter]:
    for row in requests_to_operator()[:_SHOWN]:
        yield WaitingMatter(
            words=_("Privacy request: %s") % row.get_right_display(),
            url=reverse("console:request", args=[row.public_id]),
            due=row.due_at,
            note=_("overdue") if row.is_overdue else _("open"),
            tone="bad" if row.is_overdue else "quiet",
        )


def _reviews() -> Iterator[WaitingMatter]:
    """Requests that another operator waits for an answer to, and access that runs."""
    for row in all_reviews().filter(is_refused=False, ended_at=None)[:_SHOWN]:
        if row.state in {ReviewState.ASKED, ReviewState.RUNNING}:
            yield WaitingMatter(
                words=_("Reading mail: %s") % row.get_suspicion_display(),
                url=reverse("console:review", args=[row.public_id]),
                due=row.ends_at,
                note=str(row.state.label),
                tone="bad" if row.state is ReviewState.RUNNING else "warn",
            )


def _alarms() -> Iterator[WaitingMatter]:
    for alarm in Alarm.objects.filter(over_at=None).order_by("since")[:_SHOWN]:
        yield WaitingMatter(
            words=alarm.text, url=_mended_at(alarm.name), note=_("alarm"), tone="bad"
        )


def _mended_at(alarm: str) -> str:
    if alarm.startswith("promise "):
        return place("proof")
    return reverse("console:backups" if alarm == "backup" else "console:health")


def figures() -> list[tuple[str, Figure]]:
    """The tiles, each leading to its page."""
    with scopes_disabled():
        return [
            (_("Shops"), _shops()),
            (_("Privacy requests"), _open_requests()),
            (_("Running breach clocks"), _running_clocks()),
            (_("Promises kept"), _promises()),
            (_("Processes"), _processes()),
            (_("Last good backup"), _backup()),
        ]


def _shops() -> Figure:
    now = clock.now()
    found = Merchant.objects.aggregate(
        all=Count("pk"), closing=Count("pk", filter=Q(closing_at__gt=now))
    )
    closing = found["closing"]
    note = ngettext("%(count)d is closing", "%(count)d are closing", closing) % {"count": closing}
    return Figure(
        value=str(found["all"]),
        note=note if closing else "",
        url=reverse("console:merchants"),
        tone="warn" if closing else "",
    )


def _open_requests() -> Figure:
    waiting = requests_to_operator()
    now = clock.now()
    found = waiting.order_by().aggregate(
        all=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now, begun_at=None))
    )
    first = waiting.first()
    note = _("the next is due on %s") % _day(first.due_at) if first else ""
    late = ngettext("%(count)d is overdue", "%(count)d are overdue", found["late"])
    return Figure(
        value=str(found["all"]),
        note=late % {"count": found["late"]} if found["late"] else note,
        url=reverse("console:requests"),
        tone="bad" if found["late"] else "",
    )


def _running_clocks() -> Figure:
    """Of drills, too, which nobody need hurry for."""
    running = running_clocks(None)
    first = next((row for row in running if not row.is_drill), None)
    left = _("%(time)s left") % {"time": duration(first.seconds_left)} if first else ""
    late = bool(first and first.is_late)
    return Figure(
        value=str(len(running)),
        note=_("time is over") if late else left,
        url=reverse("console:incidents"),
        tone="bad" if late else "warn" if first else "",
    )


def _promises() -> Figure:
    sums = PromiseResult.objects.filter(check_name="")
    found = sums.aggregate(
        kept=Count("pk", filter=Q(state=PromiseState.KEPT)),
        broken=Count("pk", filter=Q(state=PromiseState.BROKEN)),
        expired=Count("pk", filter=Q(state=PromiseState.EXPIRED)),
    )
    broken, expired = found["broken"], found["expired"]
    if broken:
        note = ngettext("%(count)d is broken", "%(count)d are broken", broken) % {"count": broken}
    else:
        words = ngettext("nobody vouches for %(count)d", "nobody vouches for %(count)d", expired)
        note = words % {"count": expired} if expired else ""
    if not any(found.values()):
        note = _("not checked yet")
    return Figure(
        value=str(found["kept"]),
        note=note,
        url=place("proof"),
        tone="bad" if broken else "warn" if expired else "",
    )


def _processes() -> Figure:
    signs = [sign for sign in signs_of_life() if sign.tone != "quiet"]
    bad = [sign for sign in signs if sign.tone == "bad"]
    return Figure(
        value=f"{len(signs) - len(bad)}/{len(signs)}",
        note=", ".join(sorted({sign.name for sign in bad})[:3]) if bad else _("all is well"),
        url=reverse("console:health"),
        tone="bad" if bad else "good",
    )


def _backup() -> Figure:
    last = last_good()
    if last is None:
        return Figure(value="–", note=_("none yet"), url=reverse("console:backups"), tone="quiet")
    late = clock.now() - last.began_at > LATE_AFTER
    return Figure(
        value=_day(last.began_at),
        note=_("late") if late else _("restored on trial"),
        url=reverse("console:backups"),
        tone="bad" if late else "good",
    )


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT")
