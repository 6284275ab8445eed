"""What the operator stops when it suspends a shop, and what goes on: defined here, once.

Whoever does one of these things asks :func:`is_stopped` at the moment of doing it; the mail to the shop and
the pages of its office say the same words.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.datamap.rooms import Text
from tradepost.merchants.models import Membership, Merchant
from tradepost.merchants.types import SEE_SETTINGS
from tradepost.modules.office_notices import OfficeNotice
from tradepost.modules.places import place


class ShopActivity(StrEnum):
    """What a suspended shop may not do."""

    SENDING = "sending"
    SELLING = "selling"


STOPPED: Mapping[ShopActivity, Text] = {
    ShopActivity.SENDING: gettext_lazy(
        "Campaigns: none can be started, and those that run or are scheduled wait."
    ),
    ShopActivity.SELLING: gettext_lazy(
        "New orders: goods and carts can be looked at, and the checkout says that it takes no orders."
    ),
}
GOES_ON: tuple[Text, ...] = (
    gettext_lazy("Your team signs in; the back office can be read, and its data downloaded."),
    gettext_lazy(
        "Orders that were placed go on: payments, dispatch, returns, refunds, and the mails about them."
    ),
    gettext_lazy(
        "Rights of your customers and of your team over their data: access, correction, erasure, objection."
    ),
    gettext_lazy("You can close the account, and move your data elsewhere before."),
)


def is_stopped(merchant: Merchant, what: ShopActivity) -> bool:
    return merchant.is_suspended and what in STOPPED


def stopped_shops(what: ShopActivity) -> QuerySet[Merchant]:
    """For whoever walks through rows of many shops in a turn."""
    suspended = Merchant.objects.exclude(suspended_at=None)
    return suspended if what in STOPPED else suspended.none()


def mailings_rest(merchant: object) -> bool:
    """Asked by the mail engine before each slice."""
    assert isinstance(merchant, Merchant)
    return is_stopped(merchant, ShopActivity.SENDING)


def suspension_notices(membership: object) -> Iterator[OfficeNotice]:
    """Above every page of the office while it lasts, or while the operator has given notice."""
    assert isinstance(membership, Membership)
    merchant = membership.merchant
    if not merchant.is_suspended and not merchant.closing_because:
        return
    words = (
        _("The operator has suspended this shop: no campaign is sent, and no new order is taken.")
        if merchant.is_suspended
        else _("The operator has given notice: this shop closes, and is then erased.")
    )
    leads = membership.may(SEE_SETTINGS)
    yield OfficeNotice(
        words=words,
        url=place("standing of a shop", merchant.handle) if leads else "",
        link=_("What is stopped, why, and what goes on") if leads else "",
        tone="bad",
    )
