"""What a merchant's letters look like, and which addresses stand in them."""

from django.conf import settings
from django.urls import reverse

from tradepost.campaigns.compose.letter import Draft, Letter, write
from tradepost.campaigns.compose.letter_templates import Look
from tradepost.campaigns.models import Campaign, SendingSettings
from tradepost.campaigns.recipients import known_fields, shop_page, website_of
from tradepost.campaigns.types import Measuring
from tradepost.merchants.models import Merchant


def sending_settings(merchant: Merchant) -> SendingSettings:
    """The saved ones, or the defaults, unsaved."""
    rows = SendingSettings.objects.select_related("logo", "merchant")
    return rows.filter(merchant=merchant).first() or SendingSettings(merchant=merchant)


def look_of(merchant: Merchant, chosen: SendingSettings) -> Look:
    return Look(
        merchant=merchant.name,
        language=merchant.language,
        accent=chosen.accent,
        logo_url=chosen.logo.url if chosen.logo else "",
        shop_url=shop_page(merchant),
        website=website_of(merchant),
        postal_address=merchant.postal_address,
        privacy_url=privacy_url(merchant),
    )


def privacy_url(merchant: Merchant) -> str:
    """The shop's own notice."""
    path = reverse("notice:notice-merchant", args=[merchant.handle])
    return f"{settings.TRADEPOST.base_url}{path}"


def letter_of(campaign: Campaign, chosen: SendingSettings | None = None) -> Letter:
    """The campaign as it stands, compiled."""
    chosen = chosen or sending_settings(campaign.merchant)
    measuring = campaign.measuring if campaign.has_started else chosen.measuring
    return write(
        Draft(
            subject=campaign.subject,
            preheader=campaign.preheader,
            body=campaign.body,
            body_format=campaign.body_format,
            frame=campaign.frame,
            text=campaign.text,
            look=look_of(campaign.merchant, chosen),
            known=known_fields(campaign.merchant),
            measured=measuring != Measuring.OFF,
        )
    )
