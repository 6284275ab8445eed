"""From a cart to an order: one transaction, once."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from tradepost.audience.actions.subscribe import ask_to_subscribe
from tradepost.audience.consent.records import wording
from tradepost.audience.types import ConsentKind
from tradepost.audience.types import ContactSource as AudienceSource
from tradepost.audit.types import PERSON
from tradepost.catalog.actions.stock import lock_goods, take_goods
from tradepost.checkout.cart_cookie import order_mark
from tradepost.checkout.models import Cart, CartLine, CouponUse
from tradepost.checkout.pricing.coupons import lock_coupon
from tradepost.checkout.pricing.quote import (
    Contents,
    DeliveryChoice,
    Quote,
    contents_of,
    delivery_choices,
    quote_of,
)
from tradepost.checkout.queries import newsletter_list, order_key, order_page
from tradepost.checkout.types import CannotBeOrdered, CartClosed, ChangedSinceSeen, Submission
from tradepost.identity.actions.limits import spend
from tradepost.lib import clock
from tradepost.merchants.suspension import ShopActivity, is_stopped
from tradepost.notice.actions.note_notice import note_notice
from tradepost.orders import types as orders
from tradepost.orders.actions.create import create_order
from tradepost.orders.actions.pay import request_payment
from tradepost.orders.models import Order
from tradepost.payments.actions.start import pay_path
from tradepost.payments.models import PaymentIntent
from tradepost.payments.registry import gateways
from tradepost.payments.types import GatewayNotReady, PaymentRefused

_GOODS = ("merchant_id", "product_id", "variant_id", "quantity")


@dataclass(frozen=True)
class Placed:
    """The order, and the attempt to pay it, while there is something to pay."""

    order: Order
    attempt: PaymentIntent | None

    @property
    def next_path(self) -> str:
        """Where the buyer goes next: to pay, or to the order's own page."""
        return pay_path(self.attempt) if self.attempt else order_page(self.order)


def place_order(*, cart: Cart, submission: Submission) -> Placed:
    """Make the order of this cart; a repeat by the same browser returns the one that was made.

    Locks the cart, then the goods in the order of their numbers. In one transaction: stock taken, order
    and lines, payment asked for (no provider is called here), newsletter consent asked for by mail,
    mails queued; the cart is emptied. Either all of it happens or nothing. Needs the shop's scope.

    Raises:
        CartClosed: it was ordered in another browser.
        OutOfStock: something was sold in the meantime.
        ChangedSinceSeen: it would cost something else than the buyer was shown.
        CannotBeOrdered: empty, not delivered there, the shop has closed, or is suspended.
        GatewayNotReady: that way of paying is not offered any more.
        TooMany: too many orders of late from there, to this address or in all; pressing again is no order.
    """
    with transaction.atomic():
        cart = (
            Cart.objects.select_for_update(of=("self",)).select_related("merchant").get(pk=cart.pk)
        )
        if cart.ordered_at is not None:
            return _placed_before(cart, submission)
        if cart.merchant.is_closed:
            raise CannotBeOrdered(_("This shop has closed and takes no more orders."))
        if is_stopped(cart.merchant, ShopActivity.SELLING):
            raise CannotBeOrdered(_("This shop takes no orders at the moment."))
        contents = _take(cart)
        delivery = _delivery(contents, submission)
        quote = quote_of(contents, submission.delivery_address.country, delivery)
        if quote.fingerprint != submission.seen:
            raise ChangedSinceSeen(quote.fingerprint)
        _check_payment(quote, submission)
        _empty(cart, order_mark(submission.order_secret))
        return _write(quote, submission)


def _placed_before(cart: Cart, submission: Submission) -> Placed:
    if cart.order_mark != order_mark(submission.order_secret):
        raise CartClosed
    order = Order.objects.filter(merchant=cart.merchant, key=order_key(cart)).first()
    if order is None:
        raise CannotBeOrdered(_("The order of this cart has been deleted."))
    try:
        return Placed(order, request_payment(order=order))
    except (orders.OrderStateError, PaymentRefused):
        return Placed(order, None)


def _take(cart: Cart) -> Contents:
    """The contents, read once the goods and the code are locked: nobody changes their price any more."""
    rows = CartLine.objects.filter(cart=cart, removed_at=None)
    goods = lock_goods(merchant=cart.merchant, lines=rows.only(*_GOODS))
    lock_coupon(cart.merchant, cart.coupon_code)
    contents = contents_of(cart, cart.merchant)
    if not contents.lines:
        raise CannotBeOrdered(_("Your cart is empty."))
    hidden = [line.name for line in contents.lines if not line.available]
    if hidden:
        raise CannotBeOrdered(
            _("Not for sale any more: %(names)s. Please take it out of the cart.")
            % {"names": ", ".join(hidden)}
        )
    take_goods(goods)
    return contents


def _delivery(contents: Contents, submission: Submission) -> DeliveryChoice | None:
    choices = delivery_choices(contents, submission.delivery_address.country)
    if choices is None:
        return None
    for choice in choices:
        if choice.key == submission.delivery_key:
            return choice
    raise CannotBeOrdered(_("This way of delivery is not offered any more. Please choose again."))


def _check_payment(quote: Quote, submission: Submission) -> None:
    """Not on delivery where nothing is brought, nor any other way that does not go with the delivery.

    Whether it takes the amount is asked when the payment begins, which says why not.
    """
    gateway = gateways.get(submission.payment_method)
    unfit = gateway and gateway.needs_delivery and not quote.suits_payment_on_delivery
    if unfit or (quote.payments and submission.payment_method not in quote.payments):
        raise GatewayNotReady(_("This shop does not offer that way of paying."))


def _write(quote: Quote, submission: Submission) -> Placed:
    """The order, and all that is asked for with it."""
    details = _details(quote)
    news = newsletter_list(quote.contents.settings) if submission.news_wording else None
    order = create_order(
        merchant=quote.merchant,
        lines=quote.lines,
        customer=_customer(submission),
        addresses=_addresses(submission),
        totals=quote.totals,
        payment_method=submission.payment_method,
        source=quote.cart.source,
        key=order_key(quote.cart),
        by=PERSON,
        details=details,
    )
    attempt = None if order.waits_for_approval else request_payment(order=order)
    if quote.contents.coupon:
        CouponUse.objects.create(merchant=quote.merchant, coupon=quote.contents.coupon, order=order)
    if news:  # a tick is only a wish: the owner of the address is asked by mail (double opt-in)
        text = submission.news_wording
        ask_to_subscribe(
            merchant=quote.merchant,
            email=submission.email,
            contact_list=news,
            wording=wording(merchant=quote.merchant, kind=ConsentKind.NEWSLETTER, text=text),
            source=AudienceSource.CHECKOUT,
            name=submission.delivery_address.name,
            language=submission.language,
            where="checkout",
            network=submission.network,
        )
    note_notice(merchant=quote.merchant, email=submission.email)
    # Last: its rows are shared by all orders, and are held until the transaction ends.
    spend("order", network=submission.network, address=submission.email, shop=quote.merchant)
    return Placed(order, attempt)


def _details(quote: Quote) -> orders.OrderDetails:
    delivery, coupon = quote.delivery, quote.contents.coupon
    return orders.OrderDetails(
        delivery_label=delivery.name if delivery else "",
        delivery_kind=quote.delivery_kind,
        collect_at=delivery.method.collect_at if delivery and delivery.method else "",
        session_data=quote.cart.session_data,
        coupon=coupon.code if coupon else "",
        needs_approval=quote.needs_approval,
    )


def _customer(submission: Submission) -> orders.CustomerDraft:
    return orders.CustomerDraft(
        email=submission.email,
        name=(submission.billing_address or submission.delivery_address).name,
        telephone=submission.telephone,
        language=submission.language,
        note=submission.note,
        ip=submission.network,
    )


def _addresses(submission: Submission) -> orders.Addresses:
    billing, delivery = submission.billing_address, submission.delivery_address
    return orders.Addresses(billing=billing or delivery, delivery=delivery if billing else None)


def _plain(address: str) -> str:
    """Where the shop's page is; what a page wrote behind it may name its visitor."""
    return address.partition("#")[0].partition("?")[0]


def _empty(cart: Cart, mark: str) -> None:
    """The lines are going into the order, with the rights of a customer; here they would only linger.

    The carts that this one continues are closed with it: its buyer may find the way back to them.
    ``cart`` itself stays as it was read, for the order to be written from.
    """
    now = clock.now()
    closed: Cart | None = cart
    while closed is not None and closed.ordered_at is None:
        CartLine.objects.filter(cart=closed).delete()
        Cart.objects.filter(pk=closed.pk).update(
            ordered_at=now,
            touched_at=now,
            order_mark=mark,
            session_data="",
            return_url=_plain(closed.return_url),
            country="",
            coupon_code="",
        )
        closed = closed.continues
