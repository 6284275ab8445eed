"""What a new shop needs before it can sell, in the order one does it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from tradepost.catalog.queries import has_products
from tradepost.checkout.queries import delivers_by_method
from tradepost.merchants.models import Merchant
from tradepost.payments.queries import payment_methods
from tradepost.storefront.queries import front_of


@dataclass(frozen=True)
class Step:
    title: str
    why: str
    url: str
    done: bool


def first_steps(merchant: Merchant) -> list[Step]:
    """All steps while one of them is open, none afterwards. Four queries."""

    def to(page: str) -> str:
        return reverse(page, args=[merchant.handle])

    steps = [
        Step(
            _("Say who you are"),
            _("Name of the shop and postal address; both stand on invoices."),
            to("merchants_office:shop"),
            bool(merchant.postal_address),
        ),
        Step(
            _("Make your first product"),
            _("Or bring a whole list from your old shop."),
            to("catalog_office:products"),
            has_products(merchant),
        ),
        Step(
            _("Say how you deliver"),
            _("Ways, countries and what they cost."),
            to("checkout_office:deliveries"),
            delivers_by_method(merchant),
        ),
        Step(
            _("Say how you are paid"),
            _("By bank transfer, on delivery, by card."),
            to("payments_office:gateways"),
            bool(payment_methods(merchant)),
        ),
        Step(
            _("Dress the window"),
            _("Colour, logo, a greeting, and the imprint that many countries ask for."),
            to("storefront_office:front"),
            bool(front_of(merchant).imprint),
        ),
    ]
    return [] if all(step.done for step in steps) else steps
