"""What the laws about processing find: what the record and the agreement lack to be made."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.law.types import LawCheck, LawFinding, LawGap
from tradepost.merchants.models import Merchant
from tradepost.processing.agreement import missing_of, missing_of_shop
from tradepost.processing.types import MissingFact


def record_complete(merchant: Merchant) -> LawFinding:
    """The rest of the record is made from the declarations whenever it is opened."""
    return LawFinding(
        evidence=_("Looked at who your record of processing names as responsible."),
        gaps=tuple(map(_gap, missing_of_shop(merchant))),
    )


def agreement_ready(merchant: Merchant) -> LawFinding:
    url = reverse("processing_office:agreement", args=[merchant.handle])
    return LawFinding(
        evidence=_("Looked at the parties that the agreement with the operator names."),
        gaps=tuple(_gap(fact, url) for fact in missing_of(merchant)),
    )


def _gap(fact: MissingFact, url: str = "") -> LawGap:
    """What only the operator can fill in leads to the page that says so."""
    return LawGap(words=_("%(fact)s is missing") % {"fact": fact.what}, url=fact.url or url)


CHECKS = {
    "record complete": LawCheck(
        label=gettext_lazy("The record of processing says who is responsible"), look=record_complete
    ),
    "agreement ready": LawCheck(
        label=gettext_lazy("The agreement with the operator can be made"), look=agreement_ready
    ),
}
