"""The rows of a new order, made and not yet written."""

from collections.abc import Sequence

from django.db import models

from tradepost.lib import clock
from tradepost.lib.addresses import truncate_ip
from tradepost.lib.postal import PostalAddress
from tradepost.merchants.models import Merchant
from tradepost.orders.amounts.taxes import tax_lines
from tradepost.orders.models import Order, OrderAddress, OrderLine
from tradepost.orders.types import BadOrder, LineDraft, OrderDraft
from tradepost.payments.types import PaymentState


def order_row(*, merchant: Merchant, number: int, key: str, draft: OrderDraft) -> Order:
    """Raises: BadOrder."""
    customer, totals, details = draft.customer, draft.totals, draft.details
    return Order(
        merchant=merchant,
        number=number,
        key=key,
        source=draft.source,
        email=customer.email,
        language=customer.language,
        ip=truncate_ip(customer.ip),
        extra={str(name): str(value) for name, value in details.extra.items()},
        currency=totals.currency,
        goods_minor=totals.goods_minor,
        discount_minor=totals.discount_minor,
        delivery_minor=totals.delivery_minor,
        delivery_tax_rate=totals.delivery_tax_rate,
        tax_minor=totals.tax_minor,
        total_minor=totals.total_minor,
        prices_include_tax=totals.prices_include_tax,
        taxes=tax_lines(draft),
        delivery_kind=details.delivery_kind,
        payment_method=draft.payment_method,
        payment_state=PaymentState.OPEN if totals.total_minor else PaymentState.PAID,
        paid_at=None if totals.total_minor else clock.now(),
        approval_asked_at=clock.now() if details.needs_approval else None,
        **_whole(
            Order,
            name=customer.name,
            telephone=customer.telephone,
            note=customer.note,
            session_data=details.session_data,
            coupon=details.coupon,
            delivery_label=details.delivery_label,
            collect_at=details.collect_at,
        ),
    )


def line_rows(order: Order, lines: Sequence[LineDraft]) -> list[OrderLine]:
    """Raises: BadOrder."""
    return [
        OrderLine(
            merchant_id=order.merchant_id,
            order=order,
            position=position,
            product_id=line.product_id,
            variant_id=line.variant_id,
            takes_stock=line.takes_stock,
            quantity=line.quantity,
            units=line.units,
            unit_price_minor=line.unit_price_minor,
            total_minor=line.total_minor,
            tax_rate=line.tax_rate,
            tax_minor=line.tax_minor,
            price_from_page=line.price_from_page,
            page_price_minor=line.page_price_minor,
            **_whole(OrderLine, sku=line.sku, title=line.title, options=line.options),
        )
        for position, line in enumerate(lines, start=1)
    ]


def address_row(order: Order, use: str, address: PostalAddress) -> OrderAddress:
    """Raises: BadOrder."""
    return OrderAddress(
        merchant_id=order.merchant_id,
        order=order,
        use=use,
        **_whole(
            OrderAddress,
            name=address.name,
            company=address.company,
            line1=address.line1,
            line2=address.line2,
            postcode=address.postcode,
            city=address.city,
            region=address.region,
            country=address.country.upper(),
        ),
    )


def _whole(model: type[models.Model], **texts: str) -> dict[str, str]:
    """All of what people typed; the columns themselves mask card numbers (``datamap.columns.typed``).

    Raises: BadOrder, for a text that its column cannot hold. Forms refuse it before, with words.
    """
    for name, text in texts.items():
        longest = getattr(model._meta.get_field(name), "max_length", None)
        if longest is not None and len(text) > longest:
            raise BadOrder(f"{model.__name__}.{name} holds {longest} characters, not {len(text)}")
    return texts
