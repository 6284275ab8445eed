"""What a shop is told of the operator's looks into its mail."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tradepost.breakglass.looks import looks_in
from tradepost.breakglass.models import MailReview
from tradepost.breakglass.queries import reviews_told_to
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.rights.types import SEE_PRIVACY
from tradepost.ui.paging import page_of

_A_PAGE = 50


@office_view(SEE_PRIVACY)
@require_safe
def reviews(request: MerchantRequest) -> HttpResponse:
    page = page_of(reviews_told_to(request.merchant), request, _A_PAGE)
    return render(request, "breakglass/told_list.html", {"page": page})


@office_view(SEE_PRIVACY)
@require_safe
def review(request: MerchantRequest, review_id: str) -> HttpResponse:
    row = MailReview.get_or_404(review_id)
    if row.told_at is None:
        raise Http404
    return render(request, "breakglass/told.html", {"review": row, "looks": looks_in(row)})
