"""What became of a campaign: pictures first, figures second, all from counts that are kept up.

A report costs two queries, and a third while it is sent, whatever the number of recipients and events.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.campaigns.models import Campaign, Tally
from tradepost.campaigns.tracking.loader import ANONYMOUS
from tradepost.campaigns.tracking.machines import APPLE, GMAIL, MACHINE, PEOPLE, UNKNOWN, YAHOO
from tradepost.delivery.models import Handover, Mailing
from tradepost.delivery.types import HandoverState
from tradepost.lib import clock
from tradepost.lib.small_cells import list_that_may_be_shown
from tradepost.ui.drawing.charts import Chart, Series

MOST_LINKS = 20
_HOURS_SHOWN = 72
COMPLAINT = "complaint"
Counts = dict[str, dict[tuple[str, str], int]]
# The loader's own words, as people read them; names of mail programs stay.
_SAID = {
    "computer": gettext_lazy("computer"),
    "phone": gettext_lazy("phone"),
    "tablet": gettext_lazy("tablet"),
    "other": gettext_lazy("other"),
    "do not track": gettext_lazy("the browser asks not to be tracked"),
    "duplicate": gettext_lazy("counted before"),
    "too late": gettext_lazy("more than 90 days after sending"),
    "tracking off": gettext_lazy("measuring was switched off"),
    "unknown campaign": gettext_lazy("of a campaign that is gone"),
}


@dataclass(frozen=True)
class CampaignReport:
    """Charts and figures of one campaign at this moment. ``deferred``: recipients put off by a server."""

    campaign: Campaign
    mailing: Mailing | None
    counts: Counts
    deferred: int = 0

    def total(self, kind: str, who: str) -> int:
        return self.counts["total"].get((who, kind), 0)

    @property
    def smallest_group(self) -> int:
        return settings.TRADEPOST.smallest_group

    @property
    def is_live(self) -> bool:
        """While it goes, and as long as the chart of hours grows, the page refreshes itself."""
        started = self.campaign.started_at
        fresh = started is not None and clock.now() - started < timedelta(hours=_HOURS_SHOWN)
        return self.campaign.is_going or fresh

    @property
    def recipients(self) -> int:
        return self.mailing.total if self.mailing else 0

    @property
    def delivered(self) -> int:
        """Taken by the recipients' servers and not come back; what a server refused was never sent."""
        return self.mailing.sent if self.mailing else 0

    @property
    def waiting(self) -> int:
        """Not settled and not put off."""
        settled = self.mailing.settled if self.mailing else 0
        return max(self.recipients - settled - self.deferred, 0)

    @property
    def opened(self) -> int:
        """People, each once; of those who agreed to be measured. Never more than it was delivered to:
        somebody may open a letter of which the server says afterwards that it could not be delivered."""
        return min(self.total("open", PEOPLE), self.delivered)

    @property
    def clicked(self) -> int:
        """People, each once; whoever clicks has opened."""
        return min(self.total("click", PEOPLE), self.opened)

    @property
    def left(self) -> int:
        """By their own wish; whoever complained is counted as such."""
        return sum(n for (why, _k), n in self.counts["left"].items() if why != COMPLAINT)

    @property
    def complained(self) -> int:
        return self.mailing.complained if self.mailing else 0

    @property
    def complaints(self) -> str:
        """The share of complaints in words; providers want it below 0.1 %."""
        rate = 100 * self.mailing.complaint_rate if self.mailing else 0.0
        return _(
            "reported it as spam: %(percent)s %% of what arrived; below 0.1 %% is fine, from 0.3 %% on a mailing stops"
        ) % {"percent": number_format(rate, 2)}

    @property
    def refused_total(self) -> int:
        return sum(self.campaign.refused.values())

    def figures(self) -> list[tuple[str, int, str]]:
        """(label, count, what it means): each recipient stands in exactly one of them."""
        mailing = self.mailing or Mailing()
        rows = [
            (_("Delivered"), self.delivered, _("taken by the recipients' servers, not come back")),
            (_("Not delivered"), mailing.bounced, _("refused by a server, or returned later")),
            (_("Deferred"), self.deferred, _("put off by a server; tried again by itself")),
            (_("Waiting"), self.waiting, _("their turn is still to come")),
            (
                _("Uncertain"),
                mailing.uncertain,
                _("in flight at a crash; never sent again unasked"),
            ),
            (_("No consent"), mailing.no_consent, _("withdrew between start and sending")),
            (_("Suppressed"), mailing.suppressed, _("on the list of those never to write to")),
            (_("Failed"), mailing.failed, _("given up; can be tried again")),
            (_("Called off"), mailing.cancelled, _("spared when the rest was cancelled")),
        ]
        return [row for row in rows if row[1] or row[0] == _("Delivered")]

    def leavers(self) -> list[tuple[str, int, str]]:
        """What recipients did about it; they stand among the delivered as well."""
        return [
            (_("Unsubscribed"), self.left, _("by the link or a message; each person once")),
            (_("Complained"), self.complained, self.complaints),
        ]

    def funnel(self) -> Chart:
        """People only: requests that name nobody cannot be put over people."""
        return Chart(
            title=_("From recipients to readers"),
            heading=_("Step"),
            labels=[
                _("Recipients"),
                _("Delivered"),
                _("Opened, as far as measured"),
                _("Clicked, as far as measured"),
            ],
            series=[
                Series(_("People"), [self.recipients, self.delivered, self.opened, self.clicked])
            ],
        )

    def nameless(self) -> Chart:
        """Requests, not people: the same reader may stand behind several of them."""
        rows = [
            (_("Anonymous readers"), ANONYMOUS),
            (_("Gmail's image proxy"), GMAIL),
            (_("Yahoo's image proxy"), YAHOO),
            (_("Apple Mail Privacy"), APPLE),
            (_("Other machines"), MACHINE),
            (_("Cannot be told"), UNKNOWN),
        ]
        there = {who for who, _kind in self.counts["total"]}
        rows = [row for row in rows if row[1] in there or row[1] == ANONYMOUS]
        return Chart(
            title=_("Requests that name nobody"),
            heading=_("Who"),
            labels=[label for label, _who in rows],
            series=[
                Series(_("Opens"), [self.total("open", who) for _label, who in rows]),
                Series(_("Clicks"), [self.total("click", who) for _label, who in rows]),
            ],
        )

    def over_time(self) -> Chart:
        """By hour, from the start; people and the requests that name nobody apart."""
        hours = [_key(hour) for hour in self._hours()]
        series = []
        for label, kind, who in (
            (_("People who opened"), "open", PEOPLE),
            (_("People who clicked"), "click", PEOPLE),
            (_("Anonymous opens"), "open", ANONYMOUS),
            (_("Anonymous clicks"), "click", ANONYMOUS),
        ):
            found = self.counts["hour"]
            values = [found.get((hour, f"{kind}:{who[0]}"), 0) for hour in hours]
            if who == PEOPLE or any(values):
                series.append(Series(label, values))
        return Chart(
            title=_("Opens and clicks by the hour"),
            heading=_("Hour"),
            labels=[date_format(localtime(hour), "D H:i") for hour in self._hours()],
            series=series,
        )

    def _hours(self) -> list[datetime]:
        start = self.campaign.started_at
        if start is None:
            return []
        known = [
            datetime.strptime(h, "%Y-%m-%dT%H").replace(tzinfo=UTC) for h, _k in self.counts["hour"]
        ]
        first = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        last = max([first + timedelta(hours=1), *known])
        hours = int((last - first).total_seconds() // 3600) + 1
        return [first + timedelta(hours=hour) for hour in range(min(hours, _HOURS_SHOWN))]

    def links(self) -> Chart:
        rows = []
        for number, target in enumerate(self.campaign.links, start=1):
            people = self.counts["link"].get((str(number), PEOPLE), 0)
            anonymous = self.counts["link"].get((str(number), ANONYMOUS), 0)
            rows.append((target.split("://", 1)[-1][:60], people, anonymous))
        rows = sorted(rows, key=lambda row: -(row[1] + row[2]))[:MOST_LINKS]
        return Chart(
            title=_("Links"),
            heading=_("Link"),
            labels=[label for label, _p, _a in rows],
            series=[
                Series(_("People"), [people for _l, people, _a in rows]),
                Series(_("Anonymous clicks"), [anonymous for _l, _p, anonymous in rows]),
            ],
        )

    def families(self, dimension: str, title: str) -> Chart:
        """Clients or devices of the people who opened; groups below k are put together."""
        groups = {key: n for (key, kind), n in self.counts[dimension].items() if kind == "open"}
        k = settings.TRADEPOST.smallest_group
        cells = list_that_may_be_shown(groups, k)
        return Chart(
            title=title,
            heading=_("Group"),
            labels=[str(_SAID.get(name, name) or _("Others")) for name, _count in cells],
            series=[
                Series(
                    _("People, rounded down to multiples of %(k)s") % {"k": k},
                    [count for _name, count in cells],
                )
            ],
        )

    def clients(self) -> Chart:
        return self.families("client", _("Mail programs"))

    def devices(self) -> Chart:
        return self.families("device", _("Devices"))

    def dropped(self) -> list[tuple[str, int]]:
        """Why requests were not counted, by reason."""
        reasons: dict[str, int] = defaultdict(int)
        for (reason, _kind), count in self.counts["drop"].items():
            reasons[reason] += count
        return sorted(reasons.items())

    def not_counted(self) -> list[tuple[str, int]]:
        """The same in the reader's language."""
        return [(str(_SAID.get(reason, reason)), count) for reason, count in self.dropped()]


def report_of(campaign: Campaign) -> CampaignReport:
    counts: Counts = defaultdict(dict)
    rows = Tally.objects.filter(campaign=campaign)
    for dimension, key, kind, count in rows.values_list("dimension", "key", "kind", "count"):
        counts[dimension][key, kind] = count
    mailing = Mailing.objects.filter(pk=campaign.mailing_id or 0).first()
    deferred = _deferred(mailing) if mailing and not mailing.is_over else 0
    return CampaignReport(campaign=campaign, mailing=mailing, counts=counts, deferred=deferred)


def _deferred(mailing: Mailing) -> int:
    """Those put off are due after the start, those whose first turn is to come before: so the index
    finds them however many wait."""
    rows = Handover.objects.filter(mailing=mailing, state=HandoverState.DEFERRED)
    found = rows.filter(due_at__gt=mailing.started_at) if mailing.started_at else rows
    return min(found.count(), max(mailing.total - mailing.settled, 0))


def _key(hour: datetime) -> str:
    return hour.strftime("%Y-%m-%dT%H")
