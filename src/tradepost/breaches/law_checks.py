"""What the law about breaches finds: clocks that have run out."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tradepost.breaches.queries import running_clocks
from tradepost.breaches.types import hours_to_report
from tradepost.law.types import LawCheck, LawFinding, LawGap
from tradepost.lib import clock
from tradepost.merchants.models import Merchant


def breaches_in_time(merchant: Merchant) -> LawFinding:
    running = [incident for incident in running_clocks(merchant) if not incident.is_drill]
    late = sum(incident.is_late for incident in running)
    words = ngettext(
        "%(count)s incident was not reported in time",
        "%(count)s incidents were not reported in time",
        late,
    ) % {"count": late}
    url = reverse("breaches_office:list", args=[merchant.handle])
    evidence = _("Incidents whose %(hours)s hours run: %(count)s.")
    return LawFinding(
        evidence=evidence % {"hours": hours_to_report(clock.now()).value, "count": len(running)},
        gaps=(LawGap(words=words, url=url),) if late else (),
    )


CHECKS = {
    "breaches in time": LawCheck(
        label=gettext_lazy("Breaches are reported in time"), look=breaches_in_time
    )
}
