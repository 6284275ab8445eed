"""What the law about outside parties finds: contracts that are missing, and transfers without a safeguard."""

from collections import Counter

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tradepost.datamap.processors import today
from tradepost.law.types import LawCheck, LawFinding, LawGap
from tradepost.merchants.models import Merchant
from tradepost.parties.queries import PartyLine, register_of
from tradepost.parties.types import PartyProblem


def _own(merchant: Merchant) -> list[PartyLine]:
    """Those in use with whom the shop itself has to agree."""
    lines = [line for line in register_of(merchant) if line.is_ours]
    return [line for line in lines if line.row is None or not line.row.is_over(today())]


def contracts_held(merchant: Merchant) -> LawFinding:
    lines = _own(merchant)
    asked = sum(line.position.needs_contract for line in lines)
    found = Counter(problem for line in lines for problem in line.problems)
    without = found[PartyProblem.NO_CONTRACT] + found[PartyProblem.CONTRACT_ENDED]
    words = ngettext(
        "%(count)s outside party processes without a contract in force",
        "%(count)s outside parties process without a contract in force",
        without,
    )
    evidence = _(
        "Outside parties in your register that need a contract: %(count)s. Who is not in it is not seen."
    )
    return _finding(merchant, evidence % {"count": asked}, words, without)


def transfers_safeguarded(merchant: Merchant) -> LawFinding:
    lines = _own(merchant)
    without = sum(PartyProblem.NO_SAFEGUARD in line.problems for line in lines)
    words = ngettext(
        "%(count)s outside party gets data in a country without a safeguard",
        "%(count)s outside parties get data in a country without a safeguard",
        without,
    )
    evidence = _("Outside parties in your register: %(count)s. Who is not in it is not seen.")
    return _finding(merchant, evidence % {"count": len(lines)}, words, without)


def _finding(merchant: Merchant, evidence: str, words: str, count: int) -> LawFinding:
    url = reverse("parties_office:list", args=[merchant.handle])
    gap = LawGap(words=words % {"count": count}, url=url)
    return LawFinding(evidence=evidence, gaps=(gap,) if count else ())


CHECKS = {
    "contracts held": LawCheck(
        label=gettext_lazy("Whoever processes for you has a contract"), look=contracts_held
    ),
    "transfers safeguarded": LawCheck(
        label=gettext_lazy("Data goes to no country without a safeguard"),
        look=transfers_safeguarded,
    ),
}
