"""What the owner reads of holds before a shop closes."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tradepost.holds.queries import held_until
from tradepost.merchants import closing
from tradepost.merchants.models import Merchant


def held_records(merchant: Merchant) -> closing.Matter | None:
    until = held_until(merchant)
    if until is None:
        return None
    words = _(
        "A hold stands on records of your customers until %(day)s. The shop closes on its day and all else is erased then; these records go when the hold ends."
    )
    return closing.Matter(
        words=words % {"day": date_format(timezone.localtime(until))},
        url=reverse("holds_office:list", args=[merchant.handle]),
        link=_("See the holds"),
        order=30,
    )
