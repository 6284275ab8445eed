"""What the laws about notices find: is one posted, and what does it say."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.law.types import LawCheck, LawFinding, LawGap
from tradepost.merchants.models import Merchant
from tradepost.notice.models import PromiseResult
from tradepost.notice.models.notice import date_of_day
from tradepost.notice.types import NoticeVariant, PromiseState
from tradepost.notice.versions import posted_versions

_SIGNAL = "choice.dnt"  # the sentence about Do Not Track and Global Privacy Control


def notice_in_force(merchant: Merchant) -> LawFinding:
    version = posted_versions(merchant).in_force
    if version is None:
        return LawFinding(
            evidence=_("Looked for a posted privacy notice of your shop."),
            gaps=(
                LawGap(
                    words=_(
                        "no privacy notice is posted; whoever runs this system must first complete a round of checks"
                    )
                ),
            ),
        )
    evidence = _("Version %(number)s is in force since %(day)s.")
    day = date_of_day(version.effective_day or 0)
    return LawFinding(evidence=evidence % {"number": version.number, "day": date_format(day)})


def signal_honoured(merchant: Merchant) -> LawFinding:
    version = posted_versions(merchant, NoticeVariant.CALIFORNIA).in_force
    says_so = version is not None and any(one["id"] == _SIGNAL for one in version.sentences)
    checked = PromiseResult.objects.filter(promise=_SIGNAL, check_name="").first()
    is_kept = checked is not None and checked.state == PromiseState.KEPT
    gaps = []
    if not says_so:
        gaps.append(LawGap(words=_("the notice for California does not speak of the signal")))
    if not is_kept:
        gaps.append(LawGap(words=_("no check has shown lately that the signal is honoured")))
    return LawFinding(
        evidence=_("Looked at the notice for readers in California and at the last check of it."),
        gaps=tuple(gaps),
    )


CHECKS = {
    "notice in force": LawCheck(label=gettext_lazy("A notice is posted"), look=notice_in_force),
    "signal honoured": LawCheck(
        label=gettext_lazy("The signal is honoured, and the notice says so"), look=signal_honoured
    ),
}
