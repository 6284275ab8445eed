"""For addresses that name one of this room's rows: how to make it, and the arguments besides ``handle``.

Each builder gets a merchant and works inside its scope. The house tests collect ``SAMPLES`` of every room.
"""

from typing import Any

from tradepost.checkout.models import Coupon, DeliveryMethod


def _delivery(merchant: Any) -> dict[str, Any]:
    return {"method_id": DeliveryMethod.objects.create(merchant=merchant, name="Post").public_id}


def _coupon(merchant: Any) -> dict[str, Any]:
    row = Coupon.objects.create(
        merchant=merchant, code=f"SAMPLE{Coupon.objects.count()}", percent=5
    )
    return {"coupon_id": row.public_id}


SAMPLES = {
    "checkout_office:delivery": _delivery,
    "checkout_office:remove_delivery": _delivery,
    "checkout_office:remove_coupon": _coupon,
}
