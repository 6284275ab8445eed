"""How much of the plan is used, and every unit that was counted."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tradepost.audit.types import Actor
from tradepost.billing.meters.limits import all_allowed, units_of
from tradepost.billing.meters.registry import Meter, in_order, meters
from tradepost.billing.types import OPEN_BILLING
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.ui.paging import page_of

_A_PAGE = 100


@dataclass(frozen=True, kw_only=True)
class _Line:
    name: str
    meter: Meter
    used: int
    most: int | None
    may_list: bool

    @property
    def share(self) -> float | None:
        if self.most is None:
            return None
        return min(1.0, self.used / self.most) if self.most else 1.0

    @property
    def tone(self) -> str:
        if self.share is None or self.share < 0.8:
            return ""
        return "bad" if self.share >= 1 else "warn"


@office_view(OPEN_BILLING)
@require_safe
def use(request: MerchantRequest) -> HttpResponse:
    bounds = all_allowed(request.merchant)
    lines = [
        _Line(
            name=name,
            meter=meter,
            used=units_of(request.merchant, name).count(),
            most=bounds.get(name),
            may_list=request.membership.may(meter.permission),
        )
        for name, meter in in_order()
    ]
    return render(request, "billing/use.html", {"lines": lines})


@office_view(OPEN_BILLING)
@require_safe
def units(request: MerchantRequest, meter: str) -> HttpResponse:
    """Every row that the meter counts, for whoever may see such rows; a look at people is recorded."""
    known = meters.get(meter)
    if known is None:
        raise Http404
    if not request.membership.may(known.permission):
        raise PermissionDenied
    page = page_of(units_of(request.merchant, meter).order_by("-pk"), request, _A_PAGE)
    known.look(request.merchant, Actor.user(request.user), list(page))
    shown = {"meter": known, "page": page, "units": [known.unit(row) for row in page]}
    return render(request, "billing/units.html", shown)
