"""Words of the cart and the checkout that are not rows."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tradepost.lib.postal import PostalAddress

Text = str | Promise

DROP_IN_CART = "drop-in-cart"  # the module


class LinkMode(models.TextChoices):
    """How far a shop trusts the prices in links and forms of other pages."""

    SAFE = (
        "safe",
        _(
            "Safe: your product’s own price, and for what is not in your catalogue only a signed one"
        ),
    )
    SIGNED = "signed", _("Signed: only links and forms with a valid hash, at the price they say")
    CATALOGUE = (
        "catalogue",
        _("Catalogue: only what is in your catalogue, always at the price of your product"),
    )
    OPEN = "open", _("Open: any price is taken as the page says it; the order is marked")


class Rounding(models.TextChoices):
    LINE = "line", _("Tax is rounded for each line")
    TOTAL = "total", _("Tax is rounded once for each rate")


class DeliveryRule(models.TextChoices):
    FLAT = "flat", _("One price")
    WEIGHT = "weight", _("By weight (grams)")
    UNITS = "units", _("By shipping units")
    VALUE = "value", _("By value of the goods")


class MethodKind(models.TextChoices):
    """What a way of delivery is."""

    SEND = "send", _("Goods are sent")
    COLLECT = "collect", _("Customers collect in the shop")


class QuantityBox(models.IntegerChoices):
    """``noqty``: what a line of the cart lets the buyer do."""

    BOX = 0, _("quantity box")
    FIXED = 1, _("no quantity box")
    CHECKBOX = 2, _("a checkbox to remove it")
    BOTH = 3, _("checkbox and quantity")


class ReturnTotals(models.TextChoices):
    """How *Continue shopping* hands quantity, total and ``sd`` to the merchant's own page."""

    NONE = "none", _("Nothing is handed over")
    GET = "get", _("In the address (GET)")
    POST = "post", _("As a form (POST)")


class Signature(models.TextChoices):
    """What the hash of a line was worth when it was added."""

    NONE = "", _("none")
    WEAK = "weak", _("old hash")
    GOOD = "good", _("signed")


class ProblemKind(models.TextChoices):
    REFUSED = "refused", _("refused")
    DIFFERENT_PRICE = "price", _("price differs")
    ROUNDED = "rounded", _("price rounded")


class CartClosed(Exception):
    """The cart has been ordered already, in this browser or in another one."""


class CartFull(Exception):
    """More lines than a cart holds."""


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Why a link or form was not taken, for the shopper, and what the merchant should mend."""

    message: Text
    field: str = ""
    value: str = ""


class PostRefused(Exception):
    """A post of another page could not be read; nothing was added."""

    def __init__(self, *problems: NotTaken) -> None:
        super().__init__("; ".join(str(problem.message) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class PageLine:
    """One line as a page of the merchant asks for it, read and clipped, not yet priced."""

    description: str
    options: tuple[str, ...] = ()
    quantity: int
    unit_minor: int | None = None
    bands: tuple[tuple[int, int], ...] = ()
    tax_rate: str | None = None
    units: str | None = None
    no_shipping: bool = False
    sku: str = ""
    quantity_box: int = QuantityBox.BOX
    thumb_url: str = ""
    product_url: str = ""
    signature: Signature = Signature.NONE
    sent_price: str = ""
    rounded: bool = False


@dataclass(frozen=True, kw_only=True)
class SentAlong:
    """What a page says of the cart as a whole; empty texts leave the cart as it was."""

    session_data: str = ""
    return_url: str = ""
    coupon: str = ""
    language: str = ""


class ChangedSinceSeen(Exception):
    """Price, tax or stock is not what the buyer was shown; nothing was ordered."""

    def __init__(self, seen: str) -> None:
        super().__init__(seen)
        self.seen = seen


class CannotBeOrdered(Exception):
    """The cart is empty, or cannot be delivered as chosen; the text says what to do."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A checked checkout page. ``seen`` is the fingerprint of the prices the buyer was shown."""

    email: str
    telephone: str
    note: str
    delivery_address: PostalAddress
    billing_address: PostalAddress | None
    delivery_key: str
    payment_method: str
    news_wording: str
    language: str
    network: str
    seen: str
    order_secret: str = ""  # what the browser that orders is known by afterwards
