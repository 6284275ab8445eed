"""What the laws about a shop's own words find: imprint, terms, returns."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.law.types import LawCheck, LawFinding, LawGap
from tradepost.merchants.models import Merchant
from tradepost.modules.switches import is_on
from tradepost.storefront.queries import text_of
from tradepost.storefront.types import SHOP_FRONT, TextKind


def text_written(merchant: Merchant, kind: TextKind) -> LawFinding:
    """Terms stand at the checkout, too; the others on the shop front alone."""
    if kind is not TextKind.TERMS and not is_on(SHOP_FRONT, merchant):
        return LawFinding(
            evidence=_("Your shop front is off."),
            by_hand=_("Your own website must have this text; it cannot be seen from here."),
        )
    written = len(text_of(merchant, kind).split())
    url = reverse("storefront_office:texts", args=[merchant.handle])
    return LawFinding(
        evidence=_("“%(text)s” has %(words)s words; what they say was not read.")
        % {"text": kind.label, "words": written},
        gaps=() if written else (LawGap(words=_("the text is missing"), url=url),),
    )


CHECKS = {
    "imprint written": LawCheck(
        label=gettext_lazy("An imprint is there"),
        look=partial(text_written, kind=TextKind.IMPRINT),
    ),
    "terms written": LawCheck(
        label=gettext_lazy("Terms of sale are there"),
        look=partial(text_written, kind=TextKind.TERMS),
    ),
    "text on returns": LawCheck(
        label=gettext_lazy("A text on returns is there"),
        look=partial(text_written, kind=TextKind.RETURNS),
    ),
}
