import secrets
from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.catalog.models import Product, Variant
from tradepost.catalog.types import TaxClass
from tradepost.checkout.types import (
    DeliveryRule,
    LinkMode,
    MethodKind,
    ProblemKind,
    QuantityBox,
    ReturnTotals,
    Rounding,
)
from tradepost.datamap.columns.typed import TypedCharField, TypedTextField, UntouchedTextField
from tradepost.lib import clock
from tradepost.lib.collation import sorted_by_name
from tradepost.lib.countries import country_name
from tradepost.lib.money import Money
from tradepost.merchants.models import MerchantRow
from tradepost.orders.types import OrderSource

ANONYMOUS = (
    "a cart belongs to nobody: no name, e-mail or network address is beside it; its lines move into "
    "the order and are deleted here, or are purged with the cart after 30 days without a touch"
)
SETTING = "a setting of the shop"


def new_token() -> str:
    """128 random bits; whoever has the address has the cart, as with a cart in a real shop."""
    return secrets.token_urlsafe(16)


class CartSettings(MerchantRow):
    """How a shop takes links and forms of other pages, and how it adds up; no row: the defaults."""

    mode = models.CharField(
        _("prices in links and forms"), max_length=12, choices=LinkMode, default=LinkMode.SAFE
    )
    old_pages_asked_at = models.DateTimeField(null=True, blank=True)
    old_secret = models.TextField(blank=True)  # sealed; see dropin.old_secret
    old_hash_used_at = models.DateTimeField(null=True, blank=True)
    return_totals = models.CharField(max_length=4, choices=ReturnTotals, default=ReturnTotals.GET)
    link_key_number = models.PositiveIntegerField(default=1)
    rounding = models.CharField(
        _("rounding"), max_length=8, choices=Rounding, default=Rounding.LINE
    )
    website_hosts = TypedCharField(
        _("your other websites"),
        max_length=500,
        blank=True,
        help_text=_(
            "Host names, separated by spaces. Buyers are sent back there without a question."
        ),
    )
    currency_number = models.CharField(
        _("currency number in your old links"),
        max_length=4,
        blank=True,
        help_text=_("Only if your pages send a currency number: the one that means your currency."),
    )
    newsletter_list = models.ForeignKey(
        "audience.ContactList",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("list of the newsletter box at the checkout"),
    )
    terms = TypedTextField(
        _("terms of sale"), blank=True, help_text=_("Shown to buyers before they order.")
    )

    objects: ClassVar[models.Manager["CartSettings"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant"], name="one_cart_settings_per_merchant")
        ]

    class Privacy:
        not_personal = dict.fromkeys(
            (
                *("id", "merchant", "mode", "link_key_number", "rounding", "website_hosts"),
                *("currency_number", "newsletter_list", "terms", "old_pages_asked_at"),
                *("old_secret", "old_hash_used_at", "return_totals"),
            ),
            SETTING,
        )


class Cart(MerchantRow):
    """What somebody, nobody knows who, means to buy.

    ``token`` is in addresses, which leak. A browser that keeps cookies gets a new one at the checkout;
    the one before it (``former_token``) leads nobody else there. A browser without cookies gets a cart
    of its own there, which ``continues`` the one it came from. ``order_mark`` is the hash of what only
    the browser that ordered knows: no address of the cart leads to the order.
    """

    token = models.CharField(max_length=32, unique=True, default=new_token)
    former_token = models.CharField(max_length=32, blank=True, db_index=True)
    continues = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    order_mark = models.CharField(max_length=64, blank=True)
    at_checkout_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    touched_at = models.DateTimeField(default=clock.now, db_index=True)
    ordered_at = models.DateTimeField(null=True, blank=True)
    return_url = models.CharField(max_length=1000, blank=True)
    session_data = UntouchedTextField(blank=True)  # ``sd``, handed back untouched
    coupon_code = TypedCharField(max_length=60, blank=True)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=10, blank=True)
    source = models.CharField(max_length=20, choices=OrderSource, default=OrderSource.CART)
    currency_changed = models.BooleanField(default=False)

    objects: ClassVar[models.Manager["Cart"]] = ScopedManager(merchant="merchant")

    class Privacy:
        not_personal = dict.fromkeys(
            (
                *("id", "merchant", "token", "created_at", "touched_at", "ordered_at"),
                *("return_url", "session_data", "coupon_code", "country", "language", "source"),
                "currency_changed",
                *("former_token", "continues", "order_mark", "at_checkout_at"),
            ),
            ANONYMOUS,
        )


class CartLine(MerchantRow):
    """A product, a variant, or what a page of the merchant described.

    ``unit_minor`` and ``bands`` are set for prices that came from a page; without them the price is
    the product's own at the moment of looking. A line that was taken out stays until the cart is
    ordered, so that it can be put back; one whose product is deleted stays to say so.
    """

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(
        Product, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    variant = models.ForeignKey(
        Variant, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_variant = models.BooleanField(default=False)  # also after the variant is deleted
    description = TypedCharField(max_length=1000, blank=True)
    options = TypedCharField(max_length=1000, blank=True)
    sku = TypedCharField(max_length=80, blank=True)
    quantity = models.PositiveIntegerField(default=1)
    unit_minor = models.PositiveBigIntegerField(null=True, blank=True)
    bands: models.JSONField[list[list[int]], list[list[int]]] = models.JSONField(
        default=list, blank=True
    )
    page_price_minor = models.PositiveBigIntegerField(null=True, blank=True)
    tax_rate = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    units = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    no_shipping = models.BooleanField(default=False)
    quantity_box = models.PositiveSmallIntegerField(choices=QuantityBox, default=QuantityBox.BOX)
    thumb_url = models.CharField(max_length=1000, blank=True)
    product_url = models.CharField(max_length=1000, blank=True)
    signed = models.BooleanField(default=False)
    has_old_hash = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["CartLine"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("pk",)

    class Privacy:
        not_personal = dict.fromkeys(
            (
                *("id", "merchant", "cart", "product", "variant", "description", "options", "sku"),
                *(
                    "quantity",
                    "unit_minor",
                    "bands",
                    "page_price_minor",
                    "tax_rate",
                    "units",
                    "no_shipping",
                ),
                *("quantity_box", "thumb_url", "product_url", "signed", "removed_at"),
                *("is_variant", "has_old_hash"),
            ),
            ANONYMOUS,
        )

    @property
    def price_from_page(self) -> bool:
        return self.unit_minor is not None or bool(self.bands)


class DeliveryMethod(MerchantRow):
    """A way to get goods to the buyer, where to, and for how much.

    ``countries`` empty: everywhere. ``payments`` empty: every way of paying that the shop offers.
    """

    name = TypedCharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=MethodKind, default=MethodKind.SEND)
    collect_at = TypedTextField(_("address and opening hours"), max_length=1000, blank=True)
    estimate = TypedCharField(
        _("how long it takes"), max_length=120, blank=True, help_text=_("Such as: 2–3 working days")
    )
    countries: models.JSONField[list[str], list[str]] = models.JSONField(
        _("countries"), default=list, blank=True
    )
    rule = models.CharField(
        _("price"), max_length=10, choices=DeliveryRule, default=DeliveryRule.FLAT
    )
    price_minor = models.PositiveBigIntegerField(_("price"), default=0)
    tiers: models.JSONField[list[list[int]], list[list[int]]] = models.JSONField(
        _("steps"), default=list, blank=True
    )
    free_from_minor = models.PositiveBigIntegerField(_("free from"), null=True, blank=True)
    tax_class = models.CharField(
        _("tax"), max_length=20, choices=TaxClass, default=TaxClass.STANDARD
    )
    payments: models.JSONField[list[str], list[str]] = models.JSONField(
        _("ways of paying"), default=list, blank=True
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    active = models.BooleanField(_("offered"), default=True)

    objects: ClassVar[models.Manager["DeliveryMethod"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("position", "pk")

    class Privacy:
        not_personal = dict.fromkeys(
            (
                *("id", "merchant", "name", "estimate", "countries", "rule", "price_minor"),
                *("tiers", "free_from_minor", "tax_class", "position", "active"),
                *("kind", "collect_at", "payments"),
            ),
            SETTING,
        )

    def __str__(self) -> str:
        return self.name

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.merchant.currency)

    @property
    def is_collected(self) -> bool:
        return self.kind == MethodKind.COLLECT

    @property
    def country_names(self) -> str:
        """In the reader's language and order."""
        language = get_language() or "en"
        names = [country_name(code, language) for code in self.countries]
        return ", ".join(sorted_by_name(names, str, language))

    def goes_to(self, country: str) -> bool:
        return self.is_collected or not self.countries or country in self.countries


class Coupon(MerchantRow):
    """A code that takes a share or an amount off the goods."""

    code = TypedCharField(_("code"), max_length=60)
    percent = models.DecimalField(
        _("per cent off"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(100))],
    )
    amount_minor = models.PositiveBigIntegerField(_("amount off"), null=True, blank=True)
    active = models.BooleanField(_("accepted"), default=True)
    minimum_minor = models.PositiveBigIntegerField(_("from a value of"), null=True, blank=True)
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_until = models.DateField(_("last day"), null=True, blank=True)
    most_uses = models.PositiveIntegerField(_("how often in all"), null=True, blank=True)

    objects: ClassVar[models.Manager["Coupon"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("code",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "code"], name="coupon_code_once")
        ]

    class Privacy:
        not_personal = dict.fromkeys(
            (
                *("id", "merchant", "code", "percent", "amount_minor", "active"),
                *("minimum_minor", "valid_from", "valid_until", "most_uses"),
            ),
            SETTING,
        )

    def __str__(self) -> str:
        return self.code

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor or 0, self.merchant.currency)

    @property
    def minimum(self) -> Money:
        return Money(self.minimum_minor or 0, self.merchant.currency)


class CouponUse(MerchantRow):
    """An order that took a code. A cancelled order frees its use; one that was purged does not."""

    coupon = models.ForeignKey(Coupon, on_delete=models.CASCADE, related_name="uses")
    order = models.ForeignKey(
        "orders.Order", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects: ClassVar[models.Manager["CouponUse"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["coupon", "order"], name="coupon_use_once")
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "coupon": "row number",
            "order": "row number, emptied when the order goes",
        }


class LinkProblem(MerchantRow):
    """A link or form on the merchant's pages that was refused, or whose price is out of date."""

    kind = models.CharField(max_length=10, choices=ProblemKind)
    digest = models.CharField(max_length=32)
    message = TypedCharField(max_length=300)
    field = TypedCharField(max_length=60, blank=True)
    value = TypedCharField(max_length=120, blank=True)
    product = TypedCharField(max_length=120, blank=True)
    page = TypedCharField(max_length=300, blank=True)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now, db_index=True)

    objects: ClassVar[models.Manager["LinkProblem"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("-last_at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "digest"], name="link_problem_once")
        ]

    class Privacy:
        not_personal = dict.fromkeys(
            (
                *("id", "merchant", "kind", "digest", "message", "field", "value", "product"),
                *("page", "times", "first_at", "last_at"),
            ),
            "what the merchant's own page says, clipped; what a visitor chose or typed is left out",
        )
