"""How many shops there are, by country and kind of business: for the operator alone, and never of a single shop.

Both fields are asked for this page and serve nothing else (promise purpose.statistics-fields).
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tradepost.console.views import OperatorRequest, operator_view
from tradepost.datamap.vocabulary import Purpose
from tradepost.lib.small_cells import SUM, ShownTable, may_be_shown
from tradepost.merchants.actions.join import countries
from tradepost.merchants.queries import counts_for_statistics
from tradepost.merchants.types import BUSINESS_TYPES
from tradepost.rights.restrictions.stops import stopped_addresses
from tradepost.ui.drawing.charts import Chart, Series


@dataclass(frozen=True, kw_only=True)
class CountryLine:
    """A country's counts, kind after kind, and its sum; None: hidden."""

    name: str
    counts: list[int | None]
    total: int | None


@operator_view
@require_safe
def statistics(request: OperatorRequest) -> HttpResponse:
    k = settings.TRADEPOST.smallest_group
    stopped = stopped_addresses(None, Purpose.STATISTICS)
    shown = may_be_shown(counts_for_statistics(stopped=stopped), k)
    kinds = _kinds(shown)
    lines = _lines(shown, kinds)
    context = {
        "k": k,
        "kinds": [_kind_name(kind) for kind in kinds],
        "lines": lines,
        "sums": [shown.entries.get((SUM, kind)) for kind in kinds],
        "total": shown.entries.get((SUM, SUM)),
        "chart": _chart(lines),
    }
    return render(request, "console/statistics.html", context)


def _kinds(shown: ShownTable) -> list[str]:
    """Those of which anything may be shown, in the order of the form."""
    told = {column for (_row, column), count in shown.entries.items() if count and column != SUM}
    return [code for code, _label in BUSINESS_TYPES if code in told]


def _kind_name(code: str) -> str:
    return str(dict(BUSINESS_TYPES)[code]) if code else _("not said")


def _lines(shown: ShownTable, kinds: list[str]) -> list[CountryLine]:
    """Countries of which anything may be shown, by name; the others are not even named."""
    told = {row for (row, _column), count in shown.entries.items() if count and row != SUM}
    names = dict(countries(get_language() or "en"))
    lines = [
        CountryLine(
            name=names.get(row, row) or _("not said"),
            counts=[shown.entries.get((row, kind)) for kind in kinds],
            total=shown.entries.get((row, SUM)),
        )
        for row in told
    ]
    return sorted(lines, key=lambda line: line.name)


def _chart(lines: list[CountryLine]) -> Chart | None:
    sums = [(line.name, line.total) for line in lines if line.total]
    if not sums:
        return None
    return Chart(
        title=_("Shops by country"),
        labels=[name for name, _count in sums],
        series=[Series(_("Shops"), [float(count) for _name, count in sums])],
        heading=_("Country"),
    )
