"""What became of a campaign: pictures first, figures second, all from counts that are kept up.

A report costs two queries, whatever the number of recipients and events.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.campaigns.models import Campaign, Tally
from tradepost.campaigns.small_cells import published
from tradepost.campaigns.tracking.loader import ANONYMOUS
from tradepost.campaigns.tracking.machines import MACHINE, PEOPLE, UNKNOWN
from tradepost.delivery.complaints import complaint_rate
from tradepost.delivery.models import Mailing
from tradepost.ui.charts import Chart, Series

MOST_LINKS = 20
_HOURS_SHOWN = 72
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
class Report:
    """Charts and figures of one campaign at this moment."""

    campaign: Campaign
    mailing: Mailing | None
    counts: Counts

    def total(self, kind: str, who: str) -> int:
        return self.counts["total"].get((who, kind), 0)

    @property
    def is_live(self) -> bool:
        """While it goes, and as long as the chart of hours grows, the page refreshes itself."""
        started = self.campaign.started_at
        fresh = started is not None and now() - started < timedelta(hours=_HOURS_SHOWN)
        return self.campaign.is_going or fresh

    @property
    def delivered(self) -> int:
        """Handed over and not come back."""
        return self.mailing.sent if self.mailing else 0

    @property
    def handed_over(self) -> int:
        return self.mailing.sent + self.mailing.bounced if self.mailing else 0

    @property
    def opened(self) -> int:
        return self.total("open", PEOPLE) + self.total("open", ANONYMOUS)

    @property
    def clicked(self) -> int:
        return self.total("click", PEOPLE) + self.total("click", ANONYMOUS)

    @property
    def left(self) -> int:
        """By their own wish; whoever complained is counted as such."""
        return sum(n for (how, _kind), n in self.counts["left"].items() if how != "complaint")

    @property
    def complaints(self) -> str:
        """The share of complaints in words; providers want it below 0.1 %."""
        rate = 100 * complaint_rate(self.mailing) if self.mailing else 0.0
        return _(
            "reported it as spam: %(percent)s %% of what arrived; below 0.1 %% is fine, from 0.3 %% on a mailing stops"
        ) % {"percent": number_format(rate, 2)}

    @property
    def refused_total(self) -> int:
        return sum(self.campaign.refused.values())

    def figures(self) -> list[tuple[str, int, str]]:
        """(label, count, what it means), for the tiles."""
        mailing = self.mailing or Mailing()
        return [
            (_("Sent"), self.handed_over, _("handed over to the recipients' servers")),
            (_("Delivered"), self.delivered, _("sent and not come back")),
            (_("Came back"), mailing.bounced, _("refused or returned")),
            (_("Unsubscribed"), self.left, _("by the link or a message")),
            (_("Complained"), mailing.complained, self.complaints),
            (
                _("Uncertain"),
                mailing.uncertain,
                _("in flight at a crash; never sent again unasked"),
            ),
            (_("No consent"), mailing.no_consent, _("withdrew between start and sending")),
            (_("Suppressed"), mailing.suppressed, _("on the list of those never to write to")),
            (_("Failed"), mailing.failed, _("given up; can be tried again")),
        ]

    def funnel(self) -> Chart:
        values = [self.handed_over, self.delivered, self.opened, self.clicked]
        return Chart(
            title=_("From sent to clicked"),
            heading=_("Step"),
            labels=[_("Sent"), _("Delivered"), _("Opened"), _("Clicked")],
            series=[Series(_("Letters"), values)],
        )

    def openers(self) -> Chart:
        """People, machines and the unknown, told apart as far as can be known."""
        rows = [
            (_("People who agreed to be measured"), PEOPLE),
            (_("Counted anonymously, without consent"), ANONYMOUS),
            (_("Machines: image proxies, scanners, prefetch"), MACHINE),
            (_("Cannot be told"), UNKNOWN),
        ]
        return Chart(
            title=_("Who opened"),
            heading=_("Who"),
            labels=[label for label, _who in rows],
            series=[
                Series(_("Opens"), [self.total("open", who) for _label, who in rows]),
                Series(_("Clicks"), [self.total("click", who) for _label, who in rows]),
            ],
        )

    def over_time(self) -> Chart:
        """By hour, from the start; people and the anonymously counted together."""
        hours = self._hours()
        opens: dict[str, int] = defaultdict(int)
        clicks: dict[str, int] = defaultdict(int)
        for (hour, kind), count in self.counts["hour"].items():
            name, _sep, who = kind.partition(":")
            if who in {PEOPLE[0], ANONYMOUS[0]}:
                (opens if name == "open" else clicks)[hour] += count
        return Chart(
            title=_("Opens and clicks by the hour"),
            heading=_("Hour"),
            labels=[date_format(localtime(hour), "D H:i") for hour in hours],
            series=[
                Series(_("Opened"), [opens[_key(hour)] for hour in hours]),
                Series(_("Clicked"), [clicks[_key(hour)] for hour in hours]),
            ],
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
                Series(_("Anonymous"), [anonymous for _l, _p, anonymous in rows]),
            ],
        )

    def families(self, dimension: str, title: str) -> Chart:
        """Clients or devices of the people who opened; groups below k are put together."""
        groups = {key: n for (key, kind), n in self.counts[dimension].items() if kind == "open"}
        cells = published(groups)
        return Chart(
            title=title,
            heading=_("Group"),
            labels=[str(_SAID.get(cell.label, cell.label) or _("Others")) for cell in cells],
            series=[Series(_("People, rounded down to fives"), [cell.count for cell in cells])],
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


def report_of(campaign: Campaign) -> Report:
    counts: Counts = defaultdict(dict)
    rows = Tally.objects.filter(campaign=campaign)
    for dimension, key, kind, count in rows.values_list("dimension", "key", "kind", "count"):
        counts[dimension][key, kind] = count
    mailing = Mailing.objects.filter(pk=campaign.mailing_id or 0).first()
    return Report(campaign=campaign, mailing=mailing, counts=counts)


def _key(hour: datetime) -> str:
    return hour.strftime("%Y-%m-%dT%H")
