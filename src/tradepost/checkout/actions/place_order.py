"""From a cart to an order: one transaction, once."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from tradepost.audience.actions.subscribe import ask_to_subscribe
from tradepost.audience.consent import wording
from tradepost.audience.types import ConsentKind
from tradepost.audience.types import Source as AudienceSource
from tradepost.audit.types import PERSON
from tradepost.catalog.actions.stock import take_stock
from tradepost.checkout.carried import order_mark
from tradepost.checkout.coupons import lock_coupon
from tradepost.checkout.formatting import plain_words
from tradepost.checkout.models import Cart, CartLine, CouponUse
from tradepost.checkout.pricing import PricedLine, stock_lines
from tradepost.checkout.queries import (
    Contents,
    DeliveryChoice,
    contents_of,
    delivers_by_method,
    delivery_choices,
    fingerprint,
    is_brought,
    newsletter_list,
    order_key,
    order_page,
    totals_of,
)
from tradepost.checkout.totals import Totals
from tradepost.checkout.types import CannotBeOrdered, CartClosed, ChangedSinceSeen, Submission
from tradepost.identity.actions.limits import spend
from tradepost.lib import clock
from tradepost.notice.actions.note_notice import note_notice
from tradepost.orders import types as orders
from tradepost.orders.actions.create import create_order
from tradepost.orders.actions.pay import request_payment
from tradepost.orders.models import Order
from tradepost.payments.actions.start import pay_path
from tradepost.payments.registry import gateways
from tradepost.payments.types import GatewayNotReady, PaymentRefused

_EMPTIED = ("ordered_at", "touched_at", "order_mark", "session_data", "country", "coupon_code")


@dataclass(frozen=True)
class Placed:
    """The order, and where the buyer goes next: to pay, or to the order's own page."""

    order: Order
    next_path: str


def place_order(*, cart: Cart, submission: Submission) -> Placed:
    """Make the order of this cart; a repeat by the same browser returns the one that was made.

    Locks the cart, then the goods in the order of their numbers. In one transaction: stock taken, order
    and lines, payment asked for (no provider is called here), newsletter consent asked for by mail,
    mails queued; the cart is emptied. Either all of it happens or nothing. Needs the shop's scope.

    Raises:
        CartClosed: it was ordered in another browser.
        OutOfStock: something was sold in the meantime.
        ChangedSinceSeen: it would cost something else than the buyer was shown.
        CannotBeOrdered: empty, not delivered there, or the shop is closing.
        GatewayNotReady: that way of paying is not offered any more.
        TooMany: too many orders of late from there, to this address or in all; pressing again is no order.
    """
    with transaction.atomic():
        cart = (
            Cart.objects.select_for_update(of=("self",)).select_related("merchant").get(pk=cart.pk)
        )
        if cart.ordered_at is not None:
            if cart.order_mark != order_mark(submission.order_secret):
                raise CartClosed
            return _next(_order_of(cart))
        if cart.merchant.is_closed:
            raise CannotBeOrdered(_("This shop has closed and takes no more orders."))
        contents = _take(cart)
        delivery = _delivery(contents, submission)
        totals = totals_of(contents, submission.delivery_address.country, delivery)
        seen = fingerprint(contents, totals, submission.delivery_address.country, delivery)
        if seen != submission.seen:
            raise ChangedSinceSeen(seen)
        _check_payment(contents, submission, delivery, totals)
        order = _create(contents, submission, delivery, totals)
        if not order.waits_for_approval:
            request_payment(order=order)
        if contents.coupon:
            CouponUse.objects.create(merchant=cart.merchant, coupon=contents.coupon, order=order)
        _ask_for_news(cart, submission)
        note_notice(merchant=cart.merchant, email=submission.email)
        _empty(cart, order_mark(submission.order_secret))
        # Last: its rows are shared by all orders, and are held until the transaction ends.
        spend("order", network=submission.network, address=submission.email, shop=cart.merchant)
    return _next(order)


def _order_of(cart: Cart) -> Order:
    order = Order.objects.filter(merchant=cart.merchant, key=order_key(cart)).first()
    if order is None:
        raise CannotBeOrdered(_("The order of this cart has been deleted."))
    return order


def _next(order: Order) -> Placed:
    """To pay, while there is something to pay; else to the order's page."""
    try:
        return Placed(order, pay_path(request_payment(order=order)))
    except (orders.NotNow, PaymentRefused):
        return Placed(order, order_page(order))


def _take(cart: Cart) -> Contents:
    """Stock first, prices after: once the goods are locked, nobody changes their price any more."""
    wanted = contents_of(cart, cart.merchant).lines
    if not wanted:
        raise CannotBeOrdered(_("Your cart is empty."))
    hidden = [line.name for line in wanted if not line.available]
    if hidden:
        raise CannotBeOrdered(
            _("Not for sale any more: %(names)s. Please take it out of the cart.")
            % {"names": ", ".join(hidden)}
        )
    take_stock(merchant=cart.merchant, lines=stock_lines(wanted))
    lock_coupon(cart.merchant, cart.coupon_code)
    return contents_of(cart, cart.merchant)


def _delivery(contents: Contents, submission: Submission) -> DeliveryChoice | None:
    if not contents.needs_delivery or not delivers_by_method(contents.merchant):
        return None
    choices = delivery_choices(contents, submission.delivery_address.country)
    for choice in choices:
        if choice.key == submission.delivery_key:
            return choice
    raise CannotBeOrdered(_("This way of delivery is not offered any more. Please choose again."))


def _check_payment(
    contents: Contents, submission: Submission, delivery: DeliveryChoice | None, totals: Totals
) -> None:
    """Not on delivery where nothing is brought, nor any other way that does not go with the delivery.

    Whether it takes the amount is asked when the payment begins, which says why not.
    """
    gateway = gateways.get(submission.payment_method)
    wanted = delivery.method.payments if delivery and delivery.method else []
    brought = is_brought(contents, delivery) or not totals.total_minor
    unfit = gateway is not None and gateway.needs_delivery and not brought
    if unfit or (wanted and submission.payment_method not in wanted):
        raise GatewayNotReady(_("This shop does not offer that way of paying."))


def _kind(contents: Contents, delivery: DeliveryChoice | None) -> orders.DeliveryKind:
    if not contents.needs_delivery:
        return orders.DeliveryKind.NOTHING
    collected = delivery is not None and delivery.is_collected
    return orders.DeliveryKind.COLLECTED if collected else orders.DeliveryKind.BROUGHT


def _create(
    contents: Contents,
    submission: Submission,
    delivery: DeliveryChoice | None,
    totals: Totals,
) -> Order:
    cart, country = contents.cart, submission.delivery_address.country
    billing = submission.billing_address
    parts = [(line, *part) for line in contents.lines for part in line.parts]
    lines = zip(parts, totals.line_taxes, strict=True)
    return create_order(
        merchant=cart.merchant,
        lines=[_line(contents, *part, tax=tax, country=country) for part, tax in lines],
        customer=orders.CustomerDraft(
            email=submission.email,
            name=(billing or submission.delivery_address).name,
            telephone=submission.telephone,
            language=submission.language,
            note=submission.note,
            ip=submission.network,
        ),
        addresses=orders.Addresses(
            billing=billing or submission.delivery_address,
            delivery=submission.delivery_address if billing else None,
        ),
        totals=_totals(contents, delivery, totals, country),
        payment_method=submission.payment_method,
        source=cart.source,
        key=order_key(cart),
        by=PERSON,
        details=orders.OrderDetails(
            delivery_label=delivery.name if delivery else "",
            delivery_kind=_kind(contents, delivery),
            collect_at=delivery.method.collect_at if delivery and delivery.method else "",
            session_data=cart.session_data,
            coupon=contents.coupon.code if contents.coupon else "",
            needs_approval=contents.needs_approval(country),
            consents=_consents(submission),
        ),
    )


def _line(
    contents: Contents, line: PricedLine, quantity: int, unit_minor: int, *, tax: int, country: str
) -> orders.LineDraft:
    row = line.row
    return orders.LineDraft(
        title=plain_words(line.name),
        options=plain_words(line.options),
        quantity=quantity,
        unit_price_minor=unit_minor,
        total_minor=quantity * unit_minor,
        tax_rate=line.tax_rate(contents.taxes, country),
        tax_minor=tax,
        sku=line.sku,
        units=line.units_each,
        product_id=row.product_id,
        variant_id=row.variant_id,
        price_from_page=row.price_from_page,
        page_price_minor=row.page_price_minor,
    )


def _totals(
    contents: Contents, delivery: DeliveryChoice | None, totals: Totals, country: str
) -> orders.Totals:
    tax_class = delivery.tax_class if delivery else ""
    return orders.Totals(
        currency=contents.merchant.currency,
        goods_minor=totals.goods_minor,
        discount_minor=totals.discount_minor,
        delivery_minor=totals.delivery_minor,
        delivery_tax_rate=contents.taxes.rate(tax_class, country) if delivery else Decimal(0),
        tax_minor=totals.tax_minor,
        total_minor=totals.total_minor,
        prices_include_tax=totals.includes_tax,
        taxes=tuple((part.rate, part.base_minor, part.tax_minor) for part in totals.taxes),
    )


def _consents(submission: Submission) -> list[dict[str, str]]:
    text = submission.news_wording
    return [{"kind": ConsentKind.NEWSLETTER.value, "wording": text}] if text else []


def _ask_for_news(cart: Cart, submission: Submission) -> None:
    """A tick is only a wish: the owner of the address is asked by mail (double opt-in)."""
    contact_list = newsletter_list(cart.merchant)
    if not submission.news_wording or contact_list is None:
        return
    ask_to_subscribe(
        merchant=cart.merchant,
        email=submission.email,
        contact_list=contact_list,
        wording=wording(
            merchant=cart.merchant, kind=ConsentKind.NEWSLETTER, text=submission.news_wording
        ),
        source=AudienceSource.CHECKOUT,
        name=submission.delivery_address.name,
        language=submission.language,
        where="checkout",
        network=submission.network,
    )


def _empty(cart: Cart, mark: str) -> None:
    """The lines are in the order now, with the rights of a customer; here they would only linger.

    The carts that this one continues are closed with it: its buyer may find the way back to them.
    """
    closed: Cart | None = cart
    while closed is not None and closed.ordered_at is None:
        CartLine.objects.filter(cart=closed).delete()
        closed.ordered_at = closed.touched_at = clock.now()
        closed.order_mark = mark
        closed.session_data = closed.country = closed.coupon_code = ""
        closed.save(update_fields=_EMPTIED)
        closed = closed.continues
