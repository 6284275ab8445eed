"""What the laws about people's own rights find: requests in time, and data that goes."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tradepost.law.types import LawCheck, LawFinding, LawGap
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.rights.models import RightsRequest
from tradepost.rights.retention import rule_lines


def requests_in_time(merchant: Merchant) -> LawFinding:
    asked = RightsRequest.objects.filter(merchant=merchant)
    unanswered = asked.filter(done_at=None, begun_at=None)
    late = unanswered.filter(due_at__lt=clock.now()).count()
    words = ngettext(
        "%(count)s request was not answered in time",
        "%(count)s requests were not answered in time",
        late,
    ) % {"count": late}
    url = reverse("rights_office:requests", args=[merchant.handle])
    evidence = _("Requests in all: %(all)s; not answered yet: %(waiting)s.")
    return LawFinding(
        evidence=evidence % {"all": asked.count(), "waiting": unanswered.count()},
        gaps=(LawGap(words=words, url=url),) if late else (),
    )


def retention_runs(merchant: Merchant) -> LawFinding:
    lines = [line for line in rule_lines(merchant) if line.rule.purge is not None]
    never = sum(line.last is None for line in lines)
    late = sum(line.is_late for line in lines) - never
    url = reverse("rights_office:retention", args=[merchant.handle])
    words = {
        ngettext(
            "%(count)s period is over and not everything was deleted yet",
            "%(count)s periods are over and not everything was deleted yet",
            late,
        ): late,
        ngettext(
            "%(count)s period was not looked at yet; the clockwork comes by each hour",
            "%(count)s periods were not looked at yet; the clockwork comes by each hour",
            never,
        ): never,
    }
    evidence = _("Periods that delete by themselves: %(count)s.")
    return LawFinding(
        evidence=evidence % {"count": len(lines)},
        gaps=tuple(
            LawGap(words=said % {"count": count}, url=url) for said, count in words.items() if count
        ),
    )


CHECKS = {
    "requests in time": LawCheck(
        label=gettext_lazy("Requests are answered in time"), look=requests_in_time
    ),
    "retention runs": LawCheck(
        label=gettext_lazy("What is over its time is deleted"), look=retention_runs
    ),
}
