"""What the laws about ordering find in the checkout."""

import re

from django.forms import PasswordInput
from django.template import Engine
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.catalog.queries import visible_products
from tradepost.checkout.checkout_page import BuyerForm
from tradepost.checkout.queries import delivers_by_method, delivery_countries
from tradepost.law.types import LawCheck, LawFinding, LawGap
from tradepost.merchants.models import Merchant

_BUTTON = re.compile(r'name="order"[^>]*>\{% translate "([^"]{1,100})" %\}')
# Art. 8(2) of the directive in the words of its texts, and § 312j(3) BGB; in lower case.
_SAYS_IT = {
    "en": ("order with obligation to pay", "pay now", "buy now"),
    "de": ("zahlungspflichtig bestellen", "kostenpflichtig bestellen", "kaufen"),
}


def destinations_of(merchant: Merchant) -> set[str] | None:
    """Without any way of delivery set up a shop sends everywhere; one without products nowhere."""
    if not visible_products(merchant).exists():
        return set()
    if not delivers_by_method(merchant):
        return None
    return delivery_countries(merchant) or None


def order_button(merchant: Merchant) -> LawFinding:
    """The words of the page itself, in the shop's language."""
    page = Engine.get_default().get_template("checkout/sum.html").source
    found = _BUTTON.search(page)
    with translation.override(merchant.language):
        said = _(found[1]) if found else ""
    evidence = _("The button that orders says: %(words)s.") % {"words": said or "–"}
    known = _SAYS_IT.get(merchant.language)
    if known is None:
        return LawFinding(
            evidence=evidence, by_hand=_("Read whether these words will do where you are.")
        )
    if said.lower() in known:
        return LawFinding(evidence=evidence)
    return LawFinding(
        evidence=evidence,
        gaps=(LawGap(words=_("the button does not say that ordering means paying")),),
    )


def guest_order(_merchant: Merchant) -> LawFinding:
    asked = BuyerForm.base_fields
    labels = ", ".join(str(field.label) for field in asked.values() if field.label)
    secret = [name for name, field in asked.items() if isinstance(field.widget, PasswordInput)]
    gap = LawGap(words=_("the checkout asks for a password"))
    return LawFinding(
        evidence=_("The checkout asks for: %(labels)s, and an address where something is sent.")
        % {"labels": labels},
        gaps=(gap,) if secret else (),
    )


CHECKS = {
    "order button": LawCheck(label=gettext_lazy("The button says it"), look=order_button),
    "guest order": LawCheck(label=gettext_lazy("No account is asked for"), look=guest_order),
}
