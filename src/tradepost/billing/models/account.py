from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.datamap.columns.typed import TypedCharField, TypedTextField
from tradepost.datamap.vocabulary import Basis, Erase, Kind, Personal, Purpose, Subject
from tradepost.lib import clock
from tradepost.merchants.models import MerchantRow


class BillingAccount(MerchantRow):
    """Who pays for a shop's plan, apart from the shop: it may be somebody else than the owner.

    There is one while the shop is on a paid plan, and none else (collect.billing-paid-plans-only).
    """

    name = TypedCharField(_("name or company"), max_length=120)
    address = TypedTextField(_("postal address"), max_length=500)
    country = models.CharField(_("country"), max_length=2)
    email = models.EmailField(_("billing e-mail"), db_index=True)
    vat_id = TypedCharField(_("VAT number"), max_length=20, blank=True)
    made_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["BillingAccount"]] = ScopedManager(merchant="merchant")

    class Meta:
        verbose_name = _("billing account")
        verbose_name_plural = _("billing accounts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant"], name="one_billing_account")
        ]

    class Privacy:
        subject = Subject.MEMBER
        purpose = Purpose.BILLING
        basis = Basis.CONTRACT
        keep = "billing.account"
        erase = Erase.KEEP
        because = "a running contract is billed to it; it goes when the shop leaves its paid plan"
        locate = "email"
        personal: ClassVar[dict[str, object]] = {
            "email": Kind.EMAIL,
            "name": Personal(kind=Kind.NAME, correctable=True),
            "address": Personal(kind=Kind.ADDRESS, correctable=True),
            "country": Kind.COUNTRY,
            "vat_id": Kind.BUSINESS,
        }
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "merchant": "tenant",
            "made_at": "age of the account",
        }

    def __str__(self) -> str:
        return self.name
