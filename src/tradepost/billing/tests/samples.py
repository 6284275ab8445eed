"""A row for addresses that name one; the house tests collect ``SAMPLES`` of every room."""

from tradepost.billing.models import BillingPlan, PlanPrice
from tradepost.billing.queries import day_begun_everywhere
from tradepost.merchants.models import Merchant


def a_price(name: str = "Workshop", *, amount_minor: int = 1900, **said: object) -> PlanPrice:
    """In force everywhere."""
    plan = BillingPlan.objects.create(name=name, **said)
    return PlanPrice.objects.create(
        plan=plan,
        currency="EUR",
        every="month",
        amount_minor=amount_minor,
        valid_from=day_begun_everywhere(),
    )


def _price(_merchant: Merchant) -> dict[str, object]:
    return {"price_id": a_price().public_id}


def _meter(_merchant: Merchant) -> dict[str, object]:
    return {"meter": "contacts"}


SAMPLES = {f"billing_office:{page}": _price for page in ("join", "choose")} | {
    "billing_office:units": _meter
}
