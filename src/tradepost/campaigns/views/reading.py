"""The report."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from tradepost.campaigns.models import Campaign
from tradepost.campaigns.reports import report_of
from tradepost.campaigns.types import SEE_CAMPAIGNS
from tradepost.merchants.access import MerchantRequest, office_view


@office_view(SEE_CAMPAIGNS)
def report(request: MerchantRequest, campaign_id: str) -> HttpResponse:
    campaign = Campaign.get_or_404(campaign_id)
    if not campaign.has_started:
        return redirect("campaigns_office:edit", request.merchant.handle, campaign_id)
    # A part of the page while it runs (htmx asks for it), the whole page else.
    part = request.headers.get("HX-Request") == "true"
    template = "campaigns/report_live.html" if part else "campaigns/report.html"
    with timezone.override(request.merchant.time_zone):
        context = {"campaign": campaign, "report": report_of(campaign)}
        return render(request, template, context)
