from typing import Any, ClassVar

from django.core.files.storage import default_storage
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.datamap.columns.typed import TypedCharField, TypedTextField
from tradepost.merchants.models import MerchantRow
from tradepost.storefront.types import HOUSE_ACCENT, Typeface


class ShopFront(MerchantRow):
    """How a shop looks and what it says about itself; no row: the defaults of the house."""

    accent = models.CharField(
        _("colour"),
        max_length=7,
        default=HOUSE_ACCENT,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$")],
    )
    typeface = models.CharField(
        _("typefaces"), max_length=12, choices=Typeface, default=Typeface.LEDGER
    )
    tagline = TypedCharField(_("one sentence about the shop"), max_length=160, blank=True)
    introduction = TypedTextField(_("greeting on the first page"), max_length=5000, blank=True)
    logo: models.JSONField[dict[str, object]] = models.JSONField(default=dict, blank=True)
    # For the dark look, which visitors meet only where the merchant wants it.
    dark = models.BooleanField(_("dark look"), default=False)
    logo_dark: models.JSONField[dict[str, object]] = models.JSONField(default=dict, blank=True)
    banner: models.JSONField[dict[str, object]] = models.JSONField(default=dict, blank=True)
    imprint = TypedTextField(_("imprint"), max_length=50_000, blank=True)
    returns = TypedTextField(_("returns"), max_length=50_000, blank=True)

    objects: ClassVar[models.Manager["ShopFront"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant"], name="one_front_per_shop")
        ]

    class Privacy:
        not_personal = dict.fromkeys(
            (
                *("id", "merchant", "accent", "typeface", "tagline", "introduction", "logo"),
                *("dark", "logo_dark", "banner", "imprint", "returns"),
            ),
            "what the merchant publishes about the shop; goes with the account",
        )


def picture_names(picture: dict[str, Any]) -> list[str]:
    """Files of a ``logo`` or ``banner``, smallest first; none where there is no picture."""
    return [f"{picture['stem']}-{width}.webp" for width in picture.get("widths", ())]


def picture_url(picture: dict[str, object]) -> str:
    names = picture_names(picture)
    return default_storage.url(names[-1]) if names else ""
