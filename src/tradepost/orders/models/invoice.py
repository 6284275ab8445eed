from typing import ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.datamap.columns.text_index import text_index
from tradepost.datamap.columns.typed import TypedCharField, TypedJSONField, TypedTextField
from tradepost.datamap.vocabulary import Basis, Erase, Kind, Personal, Purpose, Subject
from tradepost.lib import clock
from tradepost.lib.money import Money
from tradepost.merchants.models import MerchantRow
from tradepost.orders.models.order import Order
from tradepost.orders.types import PaperLine, TaxRow


class Immutable(TypeError):
    """An invoice is never changed; a credit note corrects it."""


class Invoice(MerchantRow):
    """An invoice or credit note, as it was written (Directive 2006/112/EC, Article 226).

    Everything that is printed is in these columns, so the document can be printed again when the order
    is long gone. Erasing the customer empties ``buyer_email``, which is not printed; name and address
    stay for the accounting term because the law wants them on the copy that the seller keeps.
    """

    class What(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        CREDIT_NOTE = "credit_note", _("Credit note")

    what = models.CharField(max_length=12, choices=What, default=What.INVOICE)
    number = models.PositiveBigIntegerField()
    prefix = models.CharField(max_length=12, blank=True)
    order = models.ForeignKey(Order, on_delete=models.SET_NULL, null=True, related_name="invoices")
    order_number = models.PositiveBigIntegerField()
    corrects = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="notes")
    cause = models.CharField(max_length=60)  # "order:93" or "refund:7": written once for each
    issued_at = models.DateTimeField(default=clock.now)
    supplied_on = models.DateField()
    language = models.CharField(max_length=10, default="en")
    seller: models.JSONField[dict[str, str]] = TypedJSONField()
    buyer_name = TypedCharField(max_length=330)
    buyer_address = TypedTextField()
    buyer_email = models.EmailField(blank=True, db_index=True)
    lines: models.JSONField[list[PaperLine]] = TypedJSONField()
    taxes: models.JSONField[list[TaxRow]] = models.JSONField()
    currency = models.CharField(max_length=3)
    paid_on = models.DateField(null=True)  # of a credit note: paid back on
    paid_by = models.CharField(
        max_length=60, blank=True
    )  # way of paying, in the document's language
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()

    objects: ClassVar[models.Manager["Invoice"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("-number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "number"], name="invoice_number_once"),
            models.UniqueConstraint(fields=["merchant", "cause"], name="invoice_cause_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["issued_at"], name="invoice_age"),
            models.Index(fields=["merchant", "order_number"], name="invoice_of_order"),
        ]

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.LEGAL
        basis = Basis.LEGAL
        keep = "orders.invoice"
        erase = Erase.KEEP
        because = (
            "an invoice must be kept with name and address of the buyer for the accounting term"
            " (Directive 2006/112/EC, Art. 226 and 247; § 14b UStG, § 147 AO)"
        )
        locate = "buyer_email"
        personal = {
            "buyer_name": Kind.NAME,
            "buyer_address": Kind.ADDRESS,
            "buyer_email": Personal(kind=Kind.EMAIL, erase=Erase.BLANK),
            "lines": Kind.ORDER,
        }
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "what": "closed list",
            "number": "gapless number for the books",
            "prefix": "setting of the shop",
            "order": "row number",
            "order_number": "gapless number for the books",
            "corrects": "row number",
            "cause": "row number",
            "issued_at": "time for the books",
            "supplied_on": "date for the books",
            "language": "language of the document",
            "seller": "the shop itself",
            "taxes": "sums",
            "currency": "currency",
            "paid_on": "date for the books",
            "paid_by": "closed list",
            "net_minor": "sum",
            "tax_minor": "sum",
            "total_minor": "sum",
        }
        copied = dict.fromkeys(
            (
                *(
                    "what",
                    "prefix",
                    "number",
                    "order_number",
                    "issued_at",
                    "supplied_on",
                    "paid_on",
                ),
                *("net_minor", "tax_minor", "total_minor", "taxes"),
            ),
            Kind.ORDER,
        )

    def __str__(self) -> str:
        return f"{self.prefix}{self.number}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Raises: Immutable, when it was written already."""
        if self.pk is not None:
            raise Immutable(str(self))
        super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> NoReturn:
        """Raises: Immutable. Retention deletes invoices in bulk when the accounting term is over."""
        raise Immutable(str(self))

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)


INVOICE_WORDS = text_index(Invoice, "buyer_name")
