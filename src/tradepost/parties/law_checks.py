"""What the law about outside parties finds: contracts that are missing, and transfers without a safeguard."""

from collections import Counter

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tradepost.datamap.processors import today
from tradepost.law.types import LawCheck, LawFinding, LawGap
from tradepost.merchants.models import Merchant
from tradepost.parties.queries import register_of
from tradepost.parties.types import PartyProblem


def parties_bound(merchant: Merchant) -> LawFinding:
    """Looks at those in use with whom the shop itself has to agree."""
    lines = [line for line in register_of(merchant) if line.is_ours]
    used = [line for line in lines if line.row is None or not line.row.is_over(today())]
    found = Counter(problem for line in used for problem in line.problems)
    without = found[PartyProblem.NO_CONTRACT] + found[PartyProblem.CONTRACT_ENDED]
    unsafe = found[PartyProblem.NO_SAFEGUARD]
    words = {
        ngettext(
            "%(count)s outside party processes without a contract in force",
            "%(count)s outside parties process without a contract in force",
            without,
        ): without,
        ngettext(
            "%(count)s outside party gets data in a country without a safeguard",
            "%(count)s outside parties get data in a country without a safeguard",
            unsafe,
        ): unsafe,
    }
    url = reverse("parties_office:list", args=[merchant.handle])
    evidence = _("Outside parties in your register: %(count)s. Who is not in it is not seen.")
    return LawFinding(
        evidence=evidence % {"count": len(used)},
        gaps=tuple(
            LawGap(words=said % {"count": count}, url=url) for said, count in words.items() if count
        ),
    )


CHECKS = {
    "parties bound": LawCheck(
        label=gettext_lazy("Outside parties have contracts, and safeguards where they need them"),
        look=parties_bound,
    ),
}
