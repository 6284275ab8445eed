"""Where a notice stands: for whom, in which variant, and in which form."""

from dataclasses import dataclass

from django.urls import reverse

from tradepost.merchants.models import Merchant
from tradepost.notice.types import NoticeVariant


@dataclass(frozen=True, kw_only=True)
class VariantLink:
    label: str
    url: str
    is_shown: bool


def address(
    page: str, merchant: Merchant | None, variant: NoticeVariant = NoticeVariant.WORLD
) -> str:
    """``page``: notice or paper."""
    return reverse(_name(page, merchant, variant), args=_of(merchant))


def address_of_version(merchant: Merchant | None, variant: NoticeVariant, number: int) -> str:
    return reverse(_name("version", merchant, variant), args=[*_of(merchant), number])


def address_for_programs(merchant: Merchant | None) -> str:
    return reverse(f"notice:programs{'-merchant' if merchant else ''}", args=_of(merchant))


def variant_links(merchant: Merchant | None, shown: NoticeVariant) -> list[VariantLink]:
    return [
        VariantLink(
            label=str(variant.label),
            url=address("notice", merchant, variant),
            is_shown=variant is shown,
        )
        for variant in NoticeVariant
    ]


def _name(page: str, merchant: Merchant | None, variant: NoticeVariant) -> str:
    of = "-merchant" if merchant else ""
    own = "" if variant is NoticeVariant.WORLD else f"-{variant.value}"
    return f"notice:{page}{of}{own}"


def _of(merchant: Merchant | None) -> list[str | int]:
    return [merchant.handle] if merchant else []
