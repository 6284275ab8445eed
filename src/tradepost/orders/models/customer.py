from typing import ClassVar

from django.db import models
from django_scopes import ScopedManager

from tradepost.audience.models import Contact
from tradepost.datamap.vocabulary import Erase, Kind
from tradepost.merchants.models import MerchantRow
from tradepost.orders.models.order import OrderPrivacy


class CustomerTotal(MerchantRow):
    """What one address ordered in one currency, and paid less what came back; cancelled orders do not count.

    Triggers keep it in the transaction that writes an order (``actions.totals``): it is there as long as an order
    names the address. ``contact`` is the shop's contact of that address, so that a segment finds its contacts
    in their order without reading all; the address alone says whose row it is.
    """

    email = models.EmailField()
    currency = models.CharField(max_length=3)
    orders = models.BigIntegerField()
    spent_minor = models.BigIntegerField()
    contact = models.ForeignKey(
        # Triggers empty it, also where a contact goes without Django's knowledge.
        Contact,
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    objects: ClassVar[models.Manager["CustomerTotal"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant", "email", "currency"], name="one_total_per_customer"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["merchant", "currency", "spent_minor", "contact"], name="customer_by_spent"
            ),
            models.Index(
                fields=["merchant", "contact", "currency", "spent_minor"], name="customer_contact"
            ),
        ]

    class Privacy(OrderPrivacy):
        erase = Erase.WITH_PARENT
        locate = "email"
        personal = {"email": Kind.EMAIL, "orders": Kind.ORDER, "spent_minor": Kind.ORDER}
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "currency": "one of the shop's",
            "contact": "row number",
        }
        copied = {"currency": Kind.ORDER}
        called = "totals of orders"

    def __str__(self) -> str:
        return f"{self.orders} in {self.currency}"
