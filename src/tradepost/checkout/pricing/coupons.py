"""Whether a discount code is taken, and if not, why, in words for the buyer."""

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tradepost.checkout.models import Coupon, CouponUse
from tradepost.checkout.types import Text
from tradepost.identity.actions.limits import give_back, spend
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.ui.templatetags.ui import money


def accepted_coupon(
    merchant: Merchant, code: str, *, goods_minor: int
) -> tuple[Coupon | None, Text]:
    """The coupon, or the reason why there is none; neither without a code.

    Days are those of the shop's time zone; both ends count. What is counted here holds for an order
    only while the coupon's row is locked: see ``lock_coupon``.
    """
    if not code:
        return None, ""
    coupon = _named(merchant, code)
    if coupon is None or not coupon.active:
        return None, _(
            "The code “%(code)s” is not accepted by this shop; nothing is taken off."
        ) % {"code": code}
    problem = _problem(coupon, merchant, goods_minor)
    return (None, problem) if problem else (coupon, "")


def spend_guess(merchant: Merchant, code: str, network: str) -> None:
    """Count a code that somebody brings before it is looked at; a right one is given back.

    Links and forms of pages bring a code with every product, so those who know it must not use up the
    tries of their network. Raises: TooMany.
    """
    spend("code word", network=network, shop=merchant)
    coupon = _named(merchant, code)
    if coupon is not None and coupon.active:
        give_back("code word", network=network, shop=merchant)


def lock_coupon(merchant: Merchant, code: str) -> None:
    """Two buyers and the last use of a code: the second waits here until the first has ordered."""
    if code:
        rows = Coupon.objects.select_for_update(of=("self",)).filter(merchant=merchant)
        list(rows.filter(code__iexact=code).order_by("pk"))


def uses_of(coupon: Coupon) -> int:
    return CouponUse.objects.filter(Q(order__cancelled_at=None), coupon=coupon).count()


def _named(merchant: Merchant, code: str) -> Coupon | None:
    rows = Coupon.objects.filter(merchant=merchant).select_related("merchant")
    return rows.filter(code__iexact=code).first()


def _problem(coupon: Coupon, merchant: Merchant, goods_minor: int) -> str:
    today = merchant.day_of(clock.now())
    words = {"code": coupon.code}
    if coupon.valid_from and today < coupon.valid_from:
        words["day"] = date_format(coupon.valid_from)
        return _("The code “%(code)s” is good from %(day)s on; nothing is taken off yet.") % words
    if coupon.valid_until and today > coupon.valid_until:
        words["day"] = date_format(coupon.valid_until)
        return _("The code “%(code)s” was good until %(day)s; nothing is taken off.") % words
    if coupon.most_uses is not None and uses_of(coupon) >= coupon.most_uses:
        return _("The code “%(code)s” has been used up; nothing is taken off.") % words
    if coupon.minimum_minor and goods_minor < coupon.minimum_minor:
        words["least"] = money(coupon.minimum)
        return (
            _("The code “%(code)s” is good for goods of %(least)s or more; nothing is taken off.")
            % words
        )
    return ""
