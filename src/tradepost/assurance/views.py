"""The public pages of what was proved, and of where the promises come from."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tradepost.assurance.proof import build_proof
from tradepost.assurance.sources.standing import standing_of_sources, sums


@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    return render(request, "assurance/proof.html", {"proof": build_proof()})


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Each statement of the five policies, and whether it is kept here."""
    standings = standing_of_sources()
    context = {"standings": standings, "sums": sums(standings)}
    return render(request, "assurance/sources.html", context)
